"""A generated tab as a page for browsers and mail: `page(view)`."""

from templates.html.page import page

__all__ = ["page"]
