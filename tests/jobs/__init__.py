"""Tests of what runs, and when."""
