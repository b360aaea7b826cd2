"""Sums of money in words, as slips and decisions repeat them: “năm mươi triệu đồng”."""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
ODD = "linh"
GROUPS = ("", "nghìn", "triệu")
BILLION, BILLION_WORD = 10**9, "tỷ"
LARGEST = BILLION * BILLION - 1


def amount_in_words(amount: int) -> str:
    """Of an amount in đồng from 0 to LARGEST. Raises ValueError."""
    if not 0 <= amount <= LARGEST:
        raise ValueError(f"no words for {amount} đồng")
    return f"{number_in_words(amount)} đồng"


def number_in_words(number: int) -> str:
    if number == 0:
        return DIGITS[0]
    billions, rest = divmod(number, BILLION)
    words = [*below_billion(billions, first=True), BILLION_WORD] if billions else []
    return " ".join([*words, *below_billion(rest, first=not billions)])


def below_billion(number: int, first: bool) -> list[str]:
    """Group by group of three figures, those of nothing but zeros left out. `first`: nothing is read before it."""
    words: list[str] = []
    for place in (2, 1, 0):
        group = number // 1000**place % 1000
        if group:
            words += group_words(group, whole=not first or bool(words))
            words += [GROUPS[place]] if place else []
    return words


def group_words(group: int, whole: bool) -> list[str]:
    """Of three figures, 1 to 999. `whole` reads the zeros at its head too: không trăm linh năm."""
    hundreds, tens, units = group // 100, group // 10 % 10, group % 10
    words = [DIGITS[hundreds], "trăm"] if hundreds or whole else []
    if tens > 1:
        words += [DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif words and units:
        words.append(ODD)
    return [*words, unit_word(units, tens)] if units else words


def unit_word(units: int, tens: int) -> str:
    """The last figure after its tens: mốt and tư after hai mươi and above, lăm after every ten."""
    if tens > 1 and units in (1, 4):
        return {1: "mốt", 4: "tư"}[units]
    return "lăm" if tens and units == 5 else DIGITS[units]
