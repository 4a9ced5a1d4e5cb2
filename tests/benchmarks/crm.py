"""A seeded generator of CRM-like tables with the duplicates that people make, and the truth.

    python -m tests.benchmarks.crm 20000 > crm.csv

Companies are half Chinese, half English. A fifth of the rows are duplicates: typing errors, short
names, missing or other legal forms, missing regions, brackets, capitals, traditional characters,
telephones written otherwise, cells left blank, another contact. A twenty-fifth are affiliates of
another row: same brand and mail domain, but another trade or city, contact and telephone; they are
companies of their own.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Callable

import opencc
import pandas as pd

COLUMNS = ("customer", "contact", "phone", "email", "region", "cluster")
Row = dict[str, str]


def _split(words: str) -> list[str]:
    return words.split()


_CITIES = _split(
    "北京 上海 广州 深圳 杭州 南京 苏州 武汉 成都 重庆 天津 西安 长沙 郑州 青岛 厦门 合肥 "
    "宁波 东莞 佛山"
)
_TRADES = _split(
    "科技 技术 信息技术 网络科技 电子 软件 贸易 商贸 实业 生物科技 医疗器械 机械 自动化 "
    "新材料 环保 物流 食品 文化传媒 教育 建设工程"
)
_FORMS = ("有限公司", "有限责任公司", "股份有限公司", "集团有限公司")
_BRAND = (
    "华安博瑞中天海信恒通达盛鼎丰泰宏远新创联合智云金龙凯德正方圆明辉腾飞鸿业康健美佳优品锦绣和顺荣昌"
    "永兴利民东升西岭南江北辰星河日月光启航程立诚誉德润泽浩宇翔麟峰岳松柏竹兰菊梅雅致良工匠心益友同舟"
)
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉萍红玲芬建国志文博宇轩浩然子涵欣怡"
_SURNAME = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡"
)
_SYLLABLES = _split(
    "al ar bel cor dan el fen gra hal in jor ka lum mer nor or pel qui ra sol ta ul ver wes "
    "xen yor zel bri cal dor"
)
_ENGLISH_TRADES = _split(
    "Technologies Systems Solutions Logistics Trading Electronics Software Foods Medical "
    "Engineering Consulting Energy"
)
_ENGLISH_FORMS = ("Inc.", "LLC", "Ltd.", "Co., Ltd.", "GmbH", "Corporation")
_ENGLISH_CITIES = _split(
    "Boston Chicago Houston Seattle London Manchester Berlin Hamburg Sydney Melbourne "
    "Singapore Toronto"
)
_FIRST = _split(
    "James Mary Robert Linda Michael Susan David Karen Thomas Nancy Daniel Lisa Paul Laura "
    "Mark Emma Kevin Julia Brian Anna"
)
_LAST = _split(
    "Smith Johnson Brown Taylor Miller Wilson Moore Clark Lewis Walker Hall Young King Wright "
    "Scott Green Baker Adams Nelson Hill Carter Mitchell"
)
_TRADITIONAL = opencc.OpenCC("s2t")


def table(rows: int, seed: int = 7) -> pd.DataFrame:
    """Return (rows × COLUMNS) of text, shuffled; `cluster` is the truth."""
    dice = random.Random(seed)  # noqa: S311 - a generator of test data
    made: list[Row] = []
    cluster = 0
    taken: set[str] = set()
    while len(made) < rows:
        first = _chinese(dice) if dice.random() < 0.5 else _english(dice)
        who = first["brand"].lower() + (first["trade"] if first["script"] == "zh" else "")
        if who in taken:
            continue
        taken.add(who)
        made.append(first | {"cluster": str(cluster)})
        if dice.random() < 0.22:
            times = 1 + (dice.random() < 0.2)
            made.extend(_again(dice, first) | {"cluster": str(cluster)} for _ in range(times))
        cluster += 1
        if dice.random() < 0.054:
            made.append(_affiliate(dice, first) | {"cluster": str(cluster)})
            cluster += 1
    dice.shuffle(made)
    return pd.DataFrame([{name: row[name] for name in COLUMNS} for row in made[:rows]], dtype="str")


def _chinese(dice: random.Random) -> Row:
    city, trade = dice.choice(_CITIES), dice.choice(_TRADES)
    brand = "".join(dice.sample(_BRAND, dice.choice((2, 2, 3, 4))))
    word = "".join(dice.choice(_SYLLABLES) for _ in range(3))
    row = {
        "customer": f"{city}{brand}{trade}{dice.choice(_FORMS)}",
        "region": city, "script": "zh", "city": city, "brand": brand, "trade": trade,
        "domain": f"{word}{dice.randrange(100)}.cn",
    }  # fmt: skip
    return row | _person(dice, row)


def _english(dice: random.Random) -> Row:
    city, trade = dice.choice(_ENGLISH_CITIES), dice.choice(_ENGLISH_TRADES)
    brand = "".join(dice.choice(_SYLLABLES) for _ in range(dice.choice((2, 3, 3)))).title()
    if dice.random() < 0.3:
        brand += " " + dice.choice(_LAST)
    row = {
        "customer": f"{brand} {trade} {dice.choice(_ENGLISH_FORMS)}",
        "region": city, "script": "en", "city": city, "brand": brand, "trade": trade,
        "domain": brand.lower().replace(" ", "") + dice.choice((".com", ".net", ".io")),
    }  # fmt: skip
    return row | _person(dice, row)


def _person(dice: random.Random, row: Row) -> Row:
    if row["script"] == "zh":
        contact = dice.choice(_SURNAME) + "".join(dice.sample(_GIVEN, dice.choice((1, 2))))
        phone = f"1{dice.choice('3578')}{dice.randrange(10**9):09d}"
        local = "".join(dice.choice(_SYLLABLES) for _ in range(2)) + str(dice.randrange(1000))
        domain = dice.choice((row["domain"], row["domain"], "163.com", "qq.com"))
    else:
        contact = f"{dice.choice(_FIRST)} {dice.choice(_LAST)}"
        phone = (
            f"+1 {dice.randrange(201, 990)} {dice.randrange(200, 1000)} {dice.randrange(10**4):04d}"
        )
        local = contact.lower().replace(" ", ".") + str(dice.randrange(100))
        domain = dice.choice((row["domain"], row["domain"], row["domain"], "gmail.com"))
    return {"contact": contact, "phone": phone, "email": f"{local}@{domain}"}


def _affiliate(dice: random.Random, row: Row) -> Row:
    """Another company of the same group."""
    zh = row["script"] == "zh"
    trade = dice.choice(
        [t for t in (_TRADES if zh else _ENGLISH_TRADES) if t[:2] != row["trade"][:2]]
    )
    city = dice.choice([c for c in (_CITIES if zh else _ENGLISH_CITIES) if c != row["city"]])
    if zh and dice.random() < 0.5:
        name = f"{city}{row['brand']}{row['trade']}{dice.choice(_FORMS)}"
    elif zh:
        name, city = f"{row['city']}{row['brand']}{trade}{dice.choice(_FORMS)}", row["city"]
    else:
        name = f"{row['brand']} {trade} {dice.choice(_ENGLISH_FORMS)}"
    other = row | {"customer": name, "region": city, "city": city, "trade": trade}
    return other | _person(dice, other)


def _again(dice: random.Random, row: Row) -> Row:
    """The same company entered once more, by somebody in a hurry."""
    copy = dict(row)
    for _ in range(dice.choice((1, 1, 2, 2, 3))):
        dice.choice(_SLIPS)(dice, copy)
    if copy["phone"] == copy["contact"] == copy["email"] == "":
        copy["phone"] = row["phone"]
    return copy


def _typo(dice: random.Random, row: Row) -> None:
    name = row["customer"]
    at = dice.randrange(1, max(len(name) - 4, 2))
    slips = [name[:at] + name[at + 1 :], name[:at] + name[at : at + 2][::-1] + name[at + 2 :]]
    if row["script"] == "en":
        slips.append(name[:at] + dice.choice("aeiorstn") + name[at:])
    row["customer"] = dice.choice(slips)


def _short(dice: random.Random, row: Row) -> None:
    row["customer"] = row["brand"] + (row["trade"] if row["script"] == "zh" else f" {row['trade']}")
    if dice.random() < 0.4:
        row["customer"] = row["brand"]


def _other_form(dice: random.Random, row: Row) -> None:
    forms = _FORMS if row["script"] == "zh" else _ENGLISH_FORMS
    name = row["customer"]
    for form in sorted(forms, key=len, reverse=True):
        name = name.removesuffix(form)
    row["customer"] = (name + dice.choice((*forms, ""))).strip()


def _no_region(dice: random.Random, row: Row) -> None:
    name = row["customer"].removeprefix(row["city"])
    row["customer"] = dice.choice((name, f"{name}({row['city']})", row["city"] + "市" + name))
    if row["script"] == "en":
        row["customer"] = f"{name} ({row['city']})"


def _spelling(dice: random.Random, row: Row) -> None:
    name = row["customer"]
    if row["script"] == "zh":
        row["customer"] = dice.choice(
            (_TRADITIONAL.convert(name), f" {name} ", name.replace("(", "("))
        )
    else:
        row["customer"] = dice.choice(
            (name.upper(), name.lower(), name.replace(".", ""), name.replace(" ", "  "))
        )


def _phone_format(dice: random.Random, row: Row) -> None:
    digits = row["phone"].replace("+1 ", "").replace(" ", "")
    if not digits:
        return
    zh = row["script"] == "zh"
    row["phone"] = dice.choice(
        (
            f"{digits[:3]}-{digits[3:7]}-{digits[7:]}",
            f"+{86 if zh else 1}{digits}",
            f"{digits[:3]} {digits[3:]}",
        )
    )


def _blank(dice: random.Random, row: Row) -> None:
    row[dice.choice(("contact", "phone", "email", "region"))] = ""


def _colleague(dice: random.Random, row: Row) -> None:
    """Another contact of the same company, who has the same switchboard."""
    phone = row["phone"]
    row.update(_person(dice, row))
    if dice.random() < 0.5:
        row["phone"] = phone


def _capitals(dice: random.Random, row: Row) -> None:
    row["email"] = dice.choice((row["email"].upper(), row["email"].title()))


_SLIPS: tuple[Callable[[random.Random, Row], None], ...] = (
    _typo, _short, _other_form, _no_region, _spelling, _phone_format, _blank, _colleague, _capitals,
)  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Prints a generated CRM table with its truth.")
    parser.add_argument("rows", type=int, nargs="?", default=20_000)
    table(parser.parse_args().rows).to_csv(sys.stdout, index=False)
