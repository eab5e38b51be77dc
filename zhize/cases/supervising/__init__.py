"""Supervision and what comes of it: orders, notices, cases carried over, proposals to the register. Their tables: lifecycle.py."""
