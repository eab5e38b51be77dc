from zhize.register.models.absence import Absence
from zhize.register.models.body import (
    Body,
    BodyCode,
    BodyContact,
    BodyLife,
    BodyName,
    BodySite,
    BodySuccession,
    BodySuperior,
)
from zhize.register.models.duty import Duty, DutyBasis, DutyCode, DutyLink, DutySegment, DutyWording, Segment
from zhize.register.models.holding import Capacity, Holding, Mode
from zhize.register.models.importing import Errand, Import, ImportRow
from zhize.register.models.key import ApiKey, KeyUse
from zhize.register.models.matter import Matter, MatterDuty, MatterName
from zhize.register.models.particulars import Particulars
from zhize.register.models.seat import Seat
from zhize.register.models.township import TownshipItem

__all__ = [
    "Absence",
    "ApiKey",
    "Body",
    "BodyCode",
    "BodyContact",
    "BodyLife",
    "BodyName",
    "BodySite",
    "BodySuccession",
    "BodySuperior",
    "Capacity",
    "Duty",
    "DutyBasis",
    "DutyCode",
    "DutyLink",
    "DutySegment",
    "DutyWording",
    "Errand",
    "Holding",
    "Import",
    "ImportRow",
    "KeyUse",
    "Matter",
    "MatterDuty",
    "MatterName",
    "Mode",
    "Particulars",
    "Seat",
    "Segment",
    "TownshipItem",
]
