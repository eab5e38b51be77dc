"""Questions to the register, always as of a day, always as believed at a moment."""

from zhize.register.queries.bodies import body_name, body_names, dossier, find_body
from zhize.register.queries.duties import duty_name, duty_names, find_duty
from zhize.register.queries.explain import explain
from zhize.register.queries.matters import find_matter, resolve_matter, who
from zhize.register.queries.resolve import Answer, Candidate, resolve, resolve_many

__all__ = [
    "Answer",
    "Candidate",
    "body_name",
    "body_names",
    "dossier",
    "duty_name",
    "duty_names",
    "explain",
    "find_body",
    "find_duty",
    "find_matter",
    "resolve",
    "resolve_many",
    "resolve_matter",
    "who",
]
