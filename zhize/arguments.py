"""The standard library's command-line parser speaks English only; here it learns the sentences our users meet."""

import argparse
from typing import NoReturn

SENTENCES = {
    "usage: ": "用法：",
    "options": "选项",
    "positional arguments": "参数",
    "optional arguments": "选项",
    "subcommands": "子命令",
    "show this help message and exit": "显示本说明",
    "show program's version number and exit": "显示版本",
    "%(prog)s: error: %(message)s\n": "%(prog)s：%(message)s\n",
    "argument %(argument_name)s: %(message)s": "参数 %(argument_name)s：%(message)s",
    "the following arguments are required: %s": "还缺参数：%s",
    "one of the arguments %s is required": "须给出其中之一：%s",
    "unrecognized arguments: %s": "不认识的参数：%s",
    "expected one argument": "后面须跟一个值",
    "expected at most one argument": "后面至多跟一个值",
    "expected at least one argument": "后面至少跟一个值",
    "not allowed with argument %s": "不能与 %s 同用",
    "ignored explicit argument %r": "不接受值 %r",
    "invalid %(type)s value: %(value)r": "%(value)s 不是合适的值（应为 %(type)s）",
    "invalid choice: %(value)r (choose from %(choices)s)": "没有 %(value)s 这一选项，可选：%(choices)s",
    "ambiguous option: %(option)s could match %(matches)s": "选项 %(option)s 不明确，可能是：%(matches)s",
    "can't open '%(filename)s': %(error)s": "打不开 %(filename)s：%(error)s",
}


def speak_chinese() -> None:
    """argparse asks a module-level gettext function for each sentence; what is not in the table stays English."""
    vars(argparse)["_"] = lambda sentence: SENTENCES.get(sentence, sentence)
    vars(argparse)["ngettext"] = lambda one, many, count: SENTENCES.get(one, one if count == 1 else many)
    argparse.ArgumentParser.error = _one_sentence  # type: ignore[method-assign, assignment]


def _one_sentence(parser: argparse.ArgumentParser, message: str) -> NoReturn:
    """What is wrong and where to read on; the whole usage stands in --help (decision 0010: one sentence)."""
    parser.exit(2, f"{parser.prog}：{message}。用法见 {parser.prog} --help。\n")
