"""Decisions on paper: a page for the owner, and all of it for auditors."""
