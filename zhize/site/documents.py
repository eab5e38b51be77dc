"""The documents that are read off the code, so that they cannot say anything else. `zhize docs` writes them, `bin/test`
checks that they are current.

Each maker returns the whole text of one file under docs/; nothing here asks the database.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

from django.apps import apps
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand, DjangoHelpFormatter
from django.db.models import Model

from zhize import cli
from zhize.api import openapi
from zhize.kernel.workflow import Step, Workflow
from zhize.policy.keys import KEYS
from zhize.record import verify
from zhize.register.acts import all_acts, our_apps
from zhize.site.commands import books
from zhize.site.thirty import KEPT, LATER, SAYS

NOTICE = "<!-- 由 zhize docs 从代码生成，请勿手改。Generated; do not edit. -->"


def documents() -> dict[str, str]:
    """Every generated document: file name → text."""
    makers: dict[str, Callable[[], list[str]]] = {
        "policy-keys.md": policy_keys,
        "rules.md": rules,
        "lifecycles.md": lifecycles,
        "acts.md": acts,
        "commands.md": commands,
    }
    told = {name: "\n".join([NOTICE, "", *make()]).rstrip() + "\n" for name, make in makers.items()}
    return told | {"openapi.json": openapi.text()}


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """A Markdown table; what would break a cell is made harmless."""
    titles = list(head)
    lines = [titles, ["---"] * len(titles), *rows]
    return ["| " + " | ".join(_cell(c) for c in line) + " |" for line in lines] + [""]


def _cell(text: str) -> str:
    return " ".join(str(text).split()).replace("|", "\\|")


# --- policy keys ------------------------------------------------------------------------------------------------------
def policy_keys() -> list[str]:
    """docs/policy-keys.md, from zhize/policy/keys.py."""
    lines = [
        "# 政策项 Policy keys",
        "",
        "一个辖区可以自己定的事：写在规则包的 `policy.toml`（`[[setting]]`），或由 `set_policy` 设定。"
        "最近的辖区说了算，都没有说的用缺省值。",
        "",
    ]
    for group in dict.fromkeys(name.split(".")[0] for name in KEYS):
        rows = [
            (f"`{k.name}`", k.says, k.type, f"`{json.dumps(k.default, ensure_ascii=False)}`", k.article)
            for name, k in KEYS.items()
            if name.split(".")[0] == group
        ]
        lines += [f"## {group}", "", *table(["键", "含义", "类型", "缺省值", "依据"], rows)]
    return lines


# --- rules ------------------------------------------------------------------------------------------------------------
def rules() -> list[str]:
    """docs/rules.md, from every app's rule book and every constraint that has a sentence."""
    lines = [
        "# 规则 Rules",
        "",
        "E 错误：操作被拒绝。W 提示：记入事件，列入核验结果。每项操作之后对所及各行运行，`zhize verify` 对全部运行。",
        "",
    ]
    for book in books():
        config = apps.get_containing_app_config(book[0].check.__module__)
        assert config is not None
        rows = [(str(r.no), f"`{r.name}`", r.severity, r.says, r.article) for r in book]
        lines += [f"## {config.verbose_name} {config.label}", "", *table(["号", "名称", "级", "说什么", "依据"], rows)]
    sealed = f"第29条（封存链，E）不是一条查询：`record/verify.py` 逐一核对事件、叶、批根、链头和陈述。依据：{verify.ARTICLE}。"
    return [*lines, sealed, "", *_thirty(), *_guarded_by_the_database()]


def _thirty() -> list[str]:
    """Each invariant of the specification with every place that keeps it; what stands nowhere yet says which app it waits for."""
    named: dict[int, list[str]] = defaultdict(list)
    for rule in (r for book in books() for r in book):
        named[rule.no].append(f"规则 `{rule.name}`")
    for no, places in KEPT.items():
        named[no] += [f"{_KEEPERS[kind]} `{name}`" for kind, name in (p.split(":") for p in places)]
    rows = [(str(no), says, "；".join(named[no]) or f"待 `{LATER[no]}`") for no, says in SAYS.items()]
    return ["## 三十条各在何处 Where each of the thirty is kept", "", *table(["号", "说什么", "在哪里"], rows)]


_KEEPERS = {"constraint": "约束", "act": "函数"}


def _guarded_by_the_database() -> list[str]:
    lines = [
        "## 由数据库守住 Held by PostgreSQL",
        "",
        "名称即约束名；违反时由 `record.acts.explain` 说出右边的句子。",
        "",
    ]
    for config in our_apps():
        rows = [row for model in config.get_models() for row in _constraints(model)]
        if rows:
            lines += [f"### {config.verbose_name} {config.label}", "", *table(["表", "约束", "说什么"], rows)]
    return lines


def _constraints(model: type[Model]) -> Iterator[tuple[str, str, str]]:
    """Those with a sentence of their own; the spans every statement checks are said once, in the record's README."""
    for c in model._meta.constraints:
        shared = c.name.endswith(("_span_not_empty", "_withdrawn_whole"))
        if not shared and c.violation_error_message != c.default_violation_error_message:
            yield model.__name__, f"`{c.name}`", str(c.violation_error_message)


# --- lifecycles -------------------------------------------------------------------------------------------------------
def lifecycles() -> list[str]:
    """docs/lifecycles.md, from every lifecycle table."""
    lines = [
        "# 办理流程 Lifecycles",
        "",
        "表在各处的 `lifecycle.py`。`行为:结果` 是同一行为的一种结果。诉求与分派的表也装进了数据库：表外的变动数据库拒绝。",
        "",
    ]
    for module in lifecycle_modules():
        told = getattr(module, "lifecycle_markdown", None)
        lines += told().splitlines() if told else _told(module)
        for name, flow in workflows(module):
            lines += ["", f"### 图 {name}", "", *diagram(flow), ""]
    return lines


def lifecycle_modules() -> list[ModuleType]:
    """Every module called `lifecycle`, wherever in an app it stands."""
    found = (m.name for c in our_apps() for m in walk_packages(import_module(c.name).__path__, f"{c.name}."))
    return [import_module(name) for name in found if name.split(".")[-1] == "lifecycle"]


def workflows(module: ModuleType) -> list[tuple[str, Workflow]]:
    """Its tables by name; one that is simply LIFECYCLE is named after its folder."""
    folder = module.__name__.split(".")[-2].upper()
    found = [(name, value) for name, value in vars(module).items() if isinstance(value, Workflow)]
    return [(folder if name == "LIFECYCLE" else name, flow) for name, flow in found]


def _told(module: ModuleType) -> list[str]:
    """The table of a module that does not tell its own."""
    lines = [f"## {'.'.join(module.__name__.split('.')[1:-1])}", ""]
    for _, flow in workflows(module):
        states = "、".join(f"{label} `{name}`" for name, label in flow.states.items())
        lines += [
            f"状态：{states}。",
            "",
            *table(["步骤", "行为", "从", "到"], (_step(flow, s) for s in flow.steps.values())),
        ]
    return lines


def _step(flow: Workflow, step: Step) -> tuple[str, str, str, str]:
    sources = "、".join(label for name, label in flow.states.items() if name in step.sources)
    return step.label, f"`{step.name}`", sources, flow.states[step.target] if step.target else "（不变）"


def diagram(flow: Workflow) -> list[str]:
    """The steps that move, as a Mermaid state diagram; several steps between the same two states share an arrow."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for step in flow.steps.values():
        for source in (s for s in flow.states if s in step.sources and step.target and s != step.target):
            arrows.setdefault((source, step.target), []).append(step.label)
    states = [f"    {name} : {label}" for name, label in flow.states.items()]
    moves = [f"    {a} --> {b} : {'／'.join(dict.fromkeys(labels))}" for (a, b), labels in arrows.items()]
    return ["```mermaid", "stateDiagram-v2", *states, *moves, "```"]


# --- acts -------------------------------------------------------------------------------------------------------------
def acts() -> list[str]:
    """docs/acts.md, from every function marked as an act."""
    lines = [
        "# 行为 Acts",
        "",
        "每项写入都是下面的一个词：一个函数，一个事务，一个事件。都由 `by`（谁、在哪个席位）和 `now`（何时）调用；"
        "带 `?` 的参数可以不给。",
        "",
    ]
    found = all_acts()
    for config in our_apps():
        rows = [
            (f"`{a.word}`", a.label, a.who, "、".join(f"`{p}`" for p in a.parameters), a.says)
            for a in found
            if a.app == config.label
        ]
        if rows:
            lines += [
                f"## {config.verbose_name} {config.label}",
                "",
                *table(["行为", "中文", "谁", "参数", "说明"], rows),
            ]
    return lines


# --- the command line -------------------------------------------------------------------------------------------------
def commands() -> list[str]:
    """docs/commands.md, from the commands' own help."""
    lines = [
        "# 命令行 Commands",
        "",
        "在检出的目录里用 `bin/zhize`，安装后用 `zhize`。退出码：0 完成，1 失败，2 输入有误，3 有答案但存在冲突或空白。",
        "",
    ]
    lists = cli._one_liners()
    for group, title in cli.GROUPS.items():
        names = sorted(name for name, (of, _) in lists.items() if of == group)
        if names:
            lines += [f"## {title}", "", *_others(names), *(line for name in names for line in _command(name))]
    return lines


def _others(names: list[str]) -> list[str]:
    """Commands that are Django's, or the launcher's: named, with their line."""
    rows = [f"- `zhize {name}`　{cli._one_liners()[name][1]}" for name in names if not _is_ours(name)]
    return [*rows, ""] if rows else []


def _is_ours(name: str) -> bool:
    app = get_commands().get(name)
    return isinstance(app, str) and app.startswith("zhize.")


def _command(name: str) -> list[str]:
    """What one of our commands is for, how it is called, its parameters."""
    if not _is_ours(name):
        return []
    return [
        f"### zhize {name}",
        "",
        cli._one_liners()[name][1],
        "",
        *_usage(load_command_class(get_commands()[name], name), name),
    ]


def _usage(command: BaseCommand, name: str) -> list[str]:
    parser = command.create_parser("zhize", name)
    return _parser(parser, f"zhize {name}")


def _parser(parser: argparse.ArgumentParser, called: str) -> list[str]:
    """Built from the parser's actions: argparse lays its own help out differently from one Python to the next."""
    own = [a for a in parser._actions if not _everybodys(a)]
    below = [a for a in own if isinstance(a, argparse._SubParsersAction)]
    plain = [a for a in own if not isinstance(a, argparse._SubParsersAction)]
    lines = [f"`{' '.join([called, *map(_called, plain)])}`", ""] if plain or not below else []
    if plain:
        lines += table(["参数", "说明"], ((f"`{_spelt(a)}`", str(a.help or "")) for a in plain))
    for action in below:
        for word, inner in action.choices.items():
            lines += [f"#### {called} {word}", "", *_about(action, word), *_parser(inner, f"{called} {word}")]
    return lines


def _about(action: argparse._SubParsersAction[Any], word: str) -> list[str]:
    said = next((str(c.help) for c in action._choices_actions if c.dest == word and c.help), "")
    return [said, ""] if said else []


def _everybodys(action: argparse.Action) -> bool:
    """Options that every Django command has."""
    return isinstance(action, argparse._HelpAction) or bool(DjangoHelpFormatter.show_last & set(action.option_strings))


def _spelt(action: argparse.Action) -> str:
    value = "" if action.nargs == 0 else str(action.metavar or _choice(action) or action.dest.upper())
    return " ".join(filter(None, [action.option_strings[-1] if action.option_strings else "", value]))


def _choice(action: argparse.Action) -> str:
    return "{" + ",".join(map(str, action.choices)) + "}" if action.choices else ""


def _called(action: argparse.Action) -> str:
    needed = action.required if action.option_strings else action.nargs not in ("?", "*")
    return _spelt(action) if needed else f"[{_spelt(action)}]"
