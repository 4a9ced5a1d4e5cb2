"""What the demo says, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from sync.say import Language


@dataclass(frozen=True, slots=True)
class Words:
    """Sentences of the demo, the comma of a list, and what our headers begin with."""

    begin: str
    plan: str
    first: str
    second: str
    asked: str
    look: str
    columns: str
    tab: str
    link: str
    file: str
    picture: str
    comma: str
    comment: str
    prefix: str


WORDS: dict[Language, Words] = {
    "zh": Words(
        begin="本机已启动一个代替 Google 的服务（{url}），上面有一张团队商机表："
        "无需账号，也不访问外网。",
        plan="① 计划：会改什么，为什么（只读，不写）",
        first="② 第一次运行：写入",
        second="③ 再运行一次：没有变化，就不写",
        asked="发给 Google 的请求：读 {reads} 次，写 {writes} 次",
        look="看结果",
        columns="「{tab}」标签页：{columns} 共 {count} 列由管家维护；超时的行已着色。",
        tab="「{tab}」标签页：给管理者的汇总，由管家生成。",
        link="上面的 docs.google.com 网址只对真实的 Google 表格有效；演示的表格保存在：",
        file="{path}（服务上这张表格的内容）",
        picture="{path}（「{tab}」第一页的图片）",
        comma="、",
        comment="演示用的本机服务；真正的 Google 不需要 address",
        prefix="管家·",
    ),
    "en": Words(
        begin="A server on this computer stands in for Google ({url}); a team's sheet is on it. "
        "No account is needed, and nothing is sent to the network.",
        plan="1. Plan: what would change, and why (reads, writes nothing)",
        first="2. First run: it writes",
        second="3. Run again: nothing changed, so nothing is written",
        asked="Requests to Google: reads {reads}, writes {writes}",
        look="Where to look",
        columns='Tab "{tab}": {columns} – {count} columns kept by Dealkeeper; '
        "overdue rows are coloured.",
        tab='Tab "{tab}": the managers\' summary, made by Dealkeeper.',
        link="The docs.google.com address above is good for a real Google Sheet only; "
        "this demo's sheet is kept in:",
        file="{path} (what the server holds)",
        picture='{path} (the first page of "{tab}")',
        comma=", ",
        comment="the local server of this demo; Google itself needs no address",
        prefix="DK ",
    ),
}
