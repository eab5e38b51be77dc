"""The kernel: plain Python that every floor stands on. No Django, no clock reading, no input or output."""
