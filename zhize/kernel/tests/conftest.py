"""Property tests draw the same examples every time and keep no files, so that a red run can be repeated anywhere."""

from hypothesis import settings

settings.register_profile("kernel", derandomize=True, database=None, deadline=None, max_examples=60)
settings.load_profile("kernel")
