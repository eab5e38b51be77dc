"""The register's public pages: who answers, bodies, duties, matters. Thin: read the question, ask, show."""

from zhize.register.public.answer import who
from zhize.register.public.bodies import bodies, body
from zhize.register.public.duties import duty, matter
from zhize.register.public.township import township

__all__ = ["bodies", "body", "duty", "matter", "township", "who"]
