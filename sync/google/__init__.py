"""The Google Sheet as a store."""
