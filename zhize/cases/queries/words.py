"""The words of the lifecycle tables, named once more so that the catalogue finds them: the tables themselves import no Django."""

from django.utils.translation import gettext_noop

STATES = (
    gettext_noop("已登记"), gettext_noop("待分派"), gettext_noop("拟不予受理"), gettext_noop("不予受理"), gettext_noop("已直接答复"),
    gettext_noop("已并案"), gettext_noop("已分派"), gettext_noop("办理中"), gettext_noop("已答复"), gettext_noop("审核通过"),
    gettext_noop("已办结"), gettext_noop("已撤回"), gettext_noop("待签收"), gettext_noop("申请退回"), gettext_noop("职责争议"),
    gettext_noop("答复通过"), gettext_noop("已退回"), gettext_noop("已裁定改派"), gettext_noop("已收回"),
)  # fmt: skip
ACTS = (
    gettext_noop("登记诉求"), gettext_noop("查看来件人信息"), gettext_noop("办结登记建议"), gettext_noop("审核退回申请"),
    gettext_noop("裁定职责争议"), gettext_noop("审核答复"), gettext_noop("决定延期"), gettext_noop("评价"), gettext_noop("确定事项"),
    gettext_noop("直接答复"), gettext_noop("并案"), gettext_noop("回访"), gettext_noop("签收"), gettext_noop("裁定改派"),
)  # fmt: skip
FIGURES = (
    gettext_noop("按期办结率"), gettext_noop("按期首次回应率"), gettext_noop("直接答复率"), gettext_noop("无人负责占比"),
    gettext_noop("按期答复率"), gettext_noop("按期签收率"), gettext_noop("首派准确率"), gettext_noop("退回申请率"), gettext_noop("退回成立率"),
    gettext_noop("响应率"), gettext_noop("解决率"), gettext_noop("满意率"), gettext_noop("评价覆盖率"), gettext_noop("未联系上占比"),
)  # fmt: skip
