"""How the site's own act is named on the pages of events."""

from zhize.record.tellings import name_acts

name_acts({"check": "夜间核验"})
