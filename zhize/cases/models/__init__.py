from zhize.cases.models.alike import Alike, AlikeRow, AlikeSegment
from zhize.cases.models.amending import ProposalQuestion, ProposalStep
from zhize.cases.models.answering import Demand, DemandAnswer, ReplyDraft, SampleCheck
from zhize.cases.models.attaching import Attachment
from zhize.cases.models.case import Case, NotAccepted, PastRound, ReceiptDay, Reporter
from zhize.cases.models.channels import Caller, MailTaken
from zhize.cases.models.clock import Extension, Suspension
from zhize.cases.models.door import WrongTry
from zhize.cases.models.evaluation import Exclusion, Tally
from zhize.cases.models.exhibit import Exhibit
from zhize.cases.models.feedback import Rating, Reply, Urge
from zhize.cases.models.knowledge import AnswerCite, Knowledge, KnowledgeCite, KnowledgeText
from zhize.cases.models.learned import MatterModel, Suggested
from zhize.cases.models.leg import Leg, Return
from zhize.cases.models.lines import HotlineLine, LineStanding, LineVolume
from zhize.cases.models.merging import Merge
from zhize.cases.models.outside import Outside
from zhize.cases.models.passing import Passage
from zhize.cases.models.secrecy import Look, Recusal, Redaction
from zhize.cases.models.simulation import Simulation
from zhize.cases.models.sought import Sought
from zhize.cases.models.supervision import Notice, NoticeLine, Order, OrderReply, Shelving, ShelvingReview
from zhize.cases.models.topics import Topic
from zhize.cases.models.worklist import Proposal

__all__ = [
    "Alike",
    "AlikeRow",
    "AlikeSegment",
    "AnswerCite",
    "Attachment",
    "Caller",
    "Case",
    "Demand",
    "DemandAnswer",
    "Exclusion",
    "Exhibit",
    "Extension",
    "HotlineLine",
    "Knowledge",
    "KnowledgeCite",
    "KnowledgeText",
    "Leg",
    "LineStanding",
    "LineVolume",
    "Look",
    "MailTaken",
    "MatterModel",
    "Merge",
    "NotAccepted",
    "Notice",
    "NoticeLine",
    "Order",
    "OrderReply",
    "Outside",
    "Passage",
    "PastRound",
    "Proposal",
    "ProposalQuestion",
    "ProposalStep",
    "Rating",
    "ReceiptDay",
    "Recusal",
    "Redaction",
    "Reply",
    "ReplyDraft",
    "Reporter",
    "Return",
    "SampleCheck",
    "Shelving",
    "ShelvingReview",
    "Simulation",
    "Sought",
    "Suggested",
    "Suspension",
    "Tally",
    "Topic",
    "Urge",
    "WrongTry",
]
