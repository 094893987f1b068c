"""Findings for people: what each check does to the money, where it looked, and what would clear it."""
