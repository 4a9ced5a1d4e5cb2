"""What the learned probability says, in both languages."""

from __future__ import annotations

from sync.say import Reason

GIVEN = Reason(
    "win_probability.given",
    "about {percent}%, as {count} closed deals went",
    "据 {count} 条已关闭商机，约 {percent}%",
)
ENOUGH = Reason(
    "win_probability.enough",
    "win probabilities are learned from {count} closed deals; on the {tested} latest their Brier "
    "score is {model}, that of the base rate {base}",
    "赢单预测依据 {count} 条已关闭商机；对最近 {tested} 条的 Brier 分数为 {model}，"
    "按平均赢单率为 {base}",
)
TOO_FEW = Reason(
    "win_probability.too_few",
    "insufficient evidence for win probabilities: {count} won and lost deals with a date, {least} "
    "are needed",
    "赢单预测依据不足：有日期的赢单与丢单共 {count} 条，至少需要 {least} 条",
)
ONE_SIDED = Reason(
    "win_probability.one_sided",
    "insufficient evidence for win probabilities: of {count} closed deals {won} were won, too few "
    "ended otherwise",
    "赢单预测依据不足：{count} 条已关闭商机中有 {won} 条赢单，另一种结果太少",
)
NO_FIELDS = Reason(
    "win_probability.no_fields",
    "insufficient evidence for win probabilities: no field that is known before the outcome tells "
    "the {count} closed deals apart",
    "赢单预测依据不足：{count} 条已关闭商机没有可用于预测的字段",
)
NO_BETTER = Reason(
    "win_probability.no_better",
    "insufficient evidence for win probabilities: learned from {count} closed deals, the Brier "
    "score on the {tested} latest is {model}, no better than {base} by the base rate alone",
    "赢单预测依据不足：据 {count} 条已关闭商机学习后，对最近 {tested} 条的 Brier 分数为 {model}，"
    "不优于平均赢单率的 {base}",
)
FILLED_LATE = Reason(
    "win_probability.afterwards",
    "{fields:fields} seem to be filled in only after the outcome and were not used",
    "「{fields:fields}」似乎在结果确定后才填写，未用于预测",
)
NOT_INSTALLED = Reason(
    "win_probability.not_installed",
    "win probabilities need scikit-learn; install it with `pip install 'dealkeeper[learn]'`",
    "赢单预测需要 scikit-learn；请执行 `pip install 'dealkeeper[learn]'` 安装",
)

REASONS = (GIVEN, ENOUGH, TOO_FEW, ONE_SIDED, NO_FIELDS, NO_BETTER, FILLED_LATE, NOT_INSTALLED)

EFFECTS = {
    True: {"zh": "有利：{fields}", "en": "for it: {fields}"},
    False: {"zh": "不利：{fields}", "en": "against it: {fields}"},
}
"""Whether fields raise the probability → how they are listed."""
