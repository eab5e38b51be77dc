"""What may be shown is decided by the register, for its pages and for lists alike."""

from zhize.register.queries.opened import is_open, kept_back, kept_back_of, open_only

__all__ = ["is_open", "kept_back", "kept_back_of", "open_only"]
