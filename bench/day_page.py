"""The last day as one page that needs nothing else: what came, how long it took, what it held, what was lost."""

from collections.abc import Iterator, Sequence
from html import escape

from bench.charts import chart, told
from bench.lived_day import FILE_BYTES, HOURS, LINES, OFFICERS, Day, percentile, refused
from bench.on_paper import (
    ENTERPRISES,
    LAST_DAY,
    LAST_HOUR,
    LIMITS,
    PEAK,
    PROVINCES,
    SENDS,
    SERVER_PRICE,
    STORAGE_PRICE,
    VISITS,
    Estimate,
    estimate,
)

STYLE = """body{font:16px/1.5 system-ui,sans-serif;color:#222;max-width:46rem;margin:0 auto;padding:1rem}
table{border-collapse:collapse;width:100%;min-width:30rem}
td,th{border:1px solid #ccc;padding:.3rem .5rem;text-align:left}
.wide{overflow-x:auto}figure{margin:1.5rem 0}svg{width:100%;min-width:30rem;height:auto}
svg text{font-size:12px;fill:#444}
h3{font-size:1rem;margin:0}figcaption{font-size:.9rem}"""
STEPS = 60


def page(day: Day) -> str:
    title = f"Ngày cuối hạn: {HOURS} giờ diễn lại trong {day.seconds:.0f} giây"
    parts = [f"<h1>{title}</h1>", *told_first(day), *charts(day), *assumed(), *beyond(day)]
    return (
        f'<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main>{''.join(parts)}</main></body></html>"
    )


def told_first(day: Day) -> Iterator[str]:
    before, after = (told(load) for load in day.load)
    yield (
        f"<p>{day.enterprises} đơn vị đến theo đường cong tăng gấp hai mươi lần, {OFFICERS} công chức xem hàng chờ. "
        f"Nhận {len(day.ledger.receipts)} hồ sơ, giữ {len(day.ledger.drafts)} bản nháp; {refused(day)} lần máy chủ báo "
        f"quay lại sau; {day.seen.given_up} đơn vị bỏ cuộc sau bốn lần. Sau khi dừng, so từng biên nhận và bản nháp "
        f"với dữ liệu: <strong>mất {len(day.lost)}</strong>. Tải trung bình của máy trước và sau khi đo: {before} và "
        f"{after}; kể cả chương trình đóng vai người gửi, chạy trên cùng máy.</p>"
    )
    lines = []
    for what, took in sorted(day.seen.took.items()):
        seconds = [one for _, one in took]
        shares = [f"{percentile(seconds, share) * 1000:.0f}" for share in (0.5, 0.95, 0.99)]
        lines.append([what, str(len(seconds)), *shares])
    yield table(["việc", "số lần xong", "p50, ms", "p95, ms", "p99, ms"], lines)
    yield "<p>Thời gian không kể lúc dữ liệu đi trên đường truyền của người gửi.</p>"
    odd = sorted((what, status, count) for (what, status), count in day.seen.answers.items() if not 0 < status < 400)
    if odd:
        lines = [[what, str(status or "không trả lời trong hai phút"), str(count)] for what, status, count in odd]
        yield table(["việc", "trả lời", "số lần"], lines)


def charts(day: Day) -> Iterator[str]:
    sent = [at for at, _ in day.seen.took.get("gửi hồ sơ", [])]
    lines = [("đến", each_second(day.arrivals, day.seconds)), ("nhận xong", each_second(sent, day.seconds))]
    yield chart("Đơn vị đến và hồ sơ nhận xong", "mỗi giây", lines)
    slow = [(what, over_time(took, day.seconds, 0.95)) for what, took in sorted(day.seen.took.items())]
    yield chart("Thời gian chờ, p95", "giây", slow)
    yield chart("Đang chờ trả lời", "yêu cầu", [("đang chờ", [(m.at, float(m.waiting)) for m in day.moments])])
    largest = [(m.at, m.largest / 1e6) for m in day.moments]
    together = [(m.at, m.together / 1e6) for m in day.moments]
    yield chart("Bộ nhớ", "MB", [("tiến trình lớn nhất", largest), ("mọi tiến trình cộng lại", together)])


def each_second(times: Sequence[float], seconds: float) -> list[tuple[float, float]]:
    step = seconds / STEPS
    last = int(max([*times, seconds]) / step) + 1
    counts = [0] * last
    for at in times:
        counts[min(int(at / step), last - 1)] += 1
    return [(place * step, count / step) for place, count in enumerate(counts)]


def over_time(took: Sequence[tuple[float, float]], seconds: float, share: float) -> list[tuple[float, float]]:
    step = seconds / (STEPS / 3)
    groups: dict[int, list[float]] = {}
    for at, one in took:
        groups.setdefault(int(at / step), []).append(one)
    return [(place * step, percentile(group, share)) for place, group in sorted(groups.items())]


def assumed() -> Iterator[str]:
    sizes = ", ".join(f"{size // 1000} KB" for size in FILE_BYTES)
    lines = ", ".join(f"{pace // 1000} KB/s" for pace in sorted(set(LINES)))
    yield (
        f"<h2>Giả định</h2><p>Đường cong, cỡ tệp ({sizes} mỗi hồ sơ), đường truyền ({lines}), sáu phần mười đơn vị "
        "lưu bản nháp trước: giả định. Biểu mẫu là biểu mẫu thật, dữ liệu bịa. Mỗi đơn vị một địa chỉ; kiểm tra tệp, "
        "giới hạn cho mỗi địa chỉ và việc nền đều bật; không có máy quét mã độc.</p>"
    )


def beyond(day: Day) -> Iterator[str]:
    kept = max(len(day.ledger.receipts), 1)
    each, used = day.stored / kept, day.processor / kept
    province, country = estimate(ENTERPRISES // PROVINCES, each, used), estimate(ENTERPRISES, each, used)
    yield (
        f"<h2>Từ máy này ra cả nước, trên giấy</h2><p>Đo được: {told(each / 1000)} KB trên đĩa và {told(used * 1000)} "
        f"ms của một nhân cho mỗi hồ sơ, kể cả bản nháp, tra cứu và việc của công chức. Giả định: {told(ENTERPRISES)} "
        f"doanh nghiệp đang hoạt động cả nước (chưa đối chiếu nguồn), {told(SENDS * 100)} % gửi trong năm, "
        f"{told(LAST_DAY * 100)} % số đó trong ngày cuối, {told(LAST_HOUR * 100)} % của ngày trong giờ cuối, phút dồn "
        f"nhất gấp {told(PEAK)} lần giờ đó; {VISITS} yêu cầu mỗi đơn vị; nhân bận một nửa; {told(SERVER_PRICE)} đồng "
        f"mỗi máy 2 nhân và {told(STORAGE_PRICE)} đồng mỗi GB một tháng (đơn giá giả định).</p>"
    )
    heads = ["", "một tỉnh trung bình", f"{PROVINCES} tỉnh, thành phố"]
    yield table(heads, [[name, *values] for name, *values in figures(province, country)])
    yield "<h2>Phần nào hết sức trước, cái gì thay</h2>"
    yield table(["phần", "giới hạn", "thay bằng"], [list(line) for line in LIMITS], plain=False)


def figures(*found: Estimate) -> Iterator[list[str]]:
    yield ["doanh nghiệp", *(told(one.enterprises) for one in found)]
    yield ["gửi hồ sơ trong năm", *(told(one.senders) for one in found)]
    yield ["hồ sơ mỗi giây, lúc dồn nhất", *(told(one.submissions_a_second) for one in found)]
    yield ["yêu cầu mỗi giây, lúc dồn nhất", *(told(one.requests_a_second) for one in found)]
    yield ["chỗ lưu mỗi năm, GB", *(told(one.bytes_a_year / 1e9) for one in found)]
    yield ["nhân cần, bận một nửa", *(told(one.cores) for one in found)]
    yield ["tiền mỗi tháng, nghìn đồng", *(told(one.price_a_month / 1000) for one in found)]


def table(heads: Sequence[str], lines: Sequence[Sequence[str]], plain: bool = True) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(one) if plain else one}</td>' for one in line)}</tr>" for line in lines)
    return f'<div class="wide" tabindex="0"><table><tr>{head}</tr>{body}</table></div>'
