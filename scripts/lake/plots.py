"""Show what a synthetic lake looks like: the plots of docs/synthetic_lake.md, and its table of key figures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import geometric_mean
from typing import Any

import altair as alt
import duckdb

from scripts.lake.reading import open_lake
from scripts.lake.synthetic import truth

NAMES = [category.name for category in truth.CATEGORIES]
COLOURS = ["#4c6ef5", "#0ca678", "#ae3ec9", "#f76707"]
GREY, RED = "#868e96", "#e03131"
SQUARES = alt.Axis(labelAngle=0, grid=False, ticks=False, domain=False)

KEY_FIGURES = (
    # What, how it is shown, and the expression that gives it.
    ("Revenue (sum of `pricepaid`), USD", "{:,.0f}", "(select sum(pricepaid) from sale)"),
    ("Sum of `commission`, USD", "{:,.0f}", "(select sum(commission) from sale)"),
    ("Tickets sold", "{:,}", "(select sum(qtysold) from sale)"),
    ("Tickets a sale", "{:.2f}", "(select avg(qtysold) from sale)"),
    ("Tickets a listing", "{:.2f}", "(select avg(numtickets) from sold)"),
    ("Median price of a listed ticket, USD", "{:,.0f}", "(select median(priceperticket) from sold)"),
    ("Listings that sell out", "{:.1%}", "(select avg((tickets = numtickets)::int) from sold)"),
    ("Listings that sell nothing", "{:.1%}", "(select avg((tickets = 0)::int) from sold)"),
    ("Users who buy", "{:.1%}", "(select count(distinct buyerid) from sale) / (select count(*) from user)"),
    ("Users who sell", "{:.1%}", "(select count(distinct sellerid) from listing) / (select count(*) from user)"),
    (
        "Users who do both",
        "{:.1%}",
        "(select count(*) from (select buyerid from sale intersect select sellerid from listing))"
        " / (select count(*) from user)",
    ),
    (
        "Buyers who come back",
        "{:.1%}",
        "(select avg((n > 1)::int) from (select count(*) as n from sale group by buyerid))",
    ),
    (
        "Sales of the first fifth of the events",
        "{:.1%}",
        "(select sum(n) filter (place <= 0.2) / sum(n) from (select n, percent_rank() over (order by n desc) as place"
        " from (select count(*) as n from sale group by eventid)))",
    ),
)


def draw_plots(folder: Path, images: Path) -> None:
    """Draw every plot of the lake in ``folder`` as SVG into ``images``, and print the key figures.

    Raises:
        TickitError: there is no lake.

    """
    with open_lake(folder) as lake:
        lake.execute("set threads = 1")  # a mean depends on the order of its terms, and a plot on its last digit
        images.mkdir(parents=True, exist_ok=True)
        for name, plot in PLOTS.items():
            _styled(plot(lake)).save(images / f"{name}.svg")
        print(key_figures(lake))


def key_figures(lake: duckdb.DuckDBPyConnection) -> str:
    """Return the key figures of a lake as the rows of a Markdown table."""
    values = lake.execute(f"select {', '.join(sql for _, _, sql in KEY_FIGURES)}").fetchall()[0]
    rows = zip(KEY_FIGURES, values, strict=True)
    return "\n".join(f"| {what} | {form.format(value)} |" for (what, form, _), value in rows)


def sales_by_day(lake: duckdb.DuckDBPyConnection) -> alt.TopLevelMixin:
    """Sales a day by category, one row each, with the planted anomalies."""
    days = _rows(
        lake,
        """
        select catname as category, saletime::date::varchar as day, count(*) as sales
        from sale
        inner join event using (eventid)
        inner join category using (catid)
        group by all
        order by all
        """,
    )
    planted = {
        (category.name, anomaly.day.isoformat()): anomaly.story
        for anomaly in truth.ANOMALIES
        for category in truth.CATEGORIES
        if category.catid in anomaly.catids
    }
    anomalies = [{**row, "story": planted[key]} for row in days if (key := (row["category"], row["day"])) in planted]
    panels = []
    for name, colour in zip(NAMES, COLOURS, strict=True):
        x = alt.X("day:T", title=None, axis=alt.Axis(format="%b", tickCount="month", labels=name == NAMES[-1]))
        y = alt.Y("sales:Q", title=name, axis=alt.Axis(tickCount=3))
        line = alt.Chart(_only(days, name)).mark_line(strokeWidth=1.1, color=colour).encode(x=x, y=y)
        point = alt.Chart(_only(anomalies, name)).mark_point(color=RED, size=45, strokeWidth=1.8).encode(x=x, y=y)
        panels.append((line + point).properties(width=700, height=84))
    return alt.vconcat(*panels, spacing=8).properties(
        title=_title("Sales a day", "Circles: the anomalies that are planted in truth.ANOMALIES")
    )


def rise_to_event(lake: duckdb.DuckDBPyConnection) -> alt.TopLevelMixin:
    """Share of the sales and of the listings by days to the event."""
    rows = _rows(
        lake,
        """
        with moments as (
            select 'sales' as kind, date_diff('day', saletime, starttime) as days
            from sale inner join event using (eventid)
            union all
            select 'listings', date_diff('day', listtime, starttime) from sold
        )
        select kind, days, count(*) / sum(count(*)) over (partition by kind) as share
        from moments
        group by kind, days
        order by kind, days
        """,
    )
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X("days:Q", title="days to the event", scale=alt.Scale(reverse=True, domain=[0, 120], nice=False)),
            y=alt.Y("share:Q", title="share a day", axis=alt.Axis(format=".0%", tickCount=5)),
            color=alt.Color(
                "kind:N", title=None, scale=alt.Scale(domain=["sales", "listings"], range=[COLOURS[0], GREY])
            ),
        )
        .properties(
            width=600,
            height=230,
            title=_title("The rise towards the event", "How long before it tickets sell and are listed"),
        )
    )


def concentration(lake: duckdb.DuckDBPyConnection) -> alt.TopLevelMixin:
    """Lorenz curves: what share of the trade the first share of events, buyers and sellers has."""
    parts = " union all ".join(
        f"select '{kind}' as kind, count(*) as trades from {table} group by {key}"
        for kind, table, key in (
            ("events, by sales", "sale", "eventid"),
            ("buyers, by sales", "sale", "buyerid"),
            ("sellers, by listings", "listing", "sellerid"),
        )
    )
    rows = _rows(
        lake,
        f"""
        with
            counted as ({parts}),
            ranked as (
                select
                    kind,
                    ceil(100 * row_number() over largest / count(*) over (partition by kind)) / 100 as first,
                    sum(trades) over largest / sum(trades) over (partition by kind) as share
                from counted
                window largest as (partition by kind order by trades desc rows unbounded preceding)
            )
        select kind, first, max(share) as share from ranked group by all
        union all
        select distinct kind, 0, 0 from counted
        order by all
        """,
    )
    scale = alt.Scale(domain=[0, 1])
    lines = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(strokeWidth=2)
        .encode(
            x=alt.X(
                "first:Q", title="the first share of them ...", scale=scale, axis=alt.Axis(format=".0%", tickCount=5)
            ),
            y=alt.Y(
                "share:Q",
                title="... has this share of the trade",
                scale=scale,
                axis=alt.Axis(format=".0%", tickCount=5),
            ),
            color=alt.Color("kind:N", title=None, scale=alt.Scale(range=[COLOURS[0], COLOURS[3], COLOURS[1]])),
        )
    )
    equal = (
        alt.Chart(alt.Data(values=[{"first": 0, "share": 0}, {"first": 1, "share": 1}]))
        .mark_line(color=GREY, strokeDash=[4, 4], strokeWidth=1)
        .encode(x="first:Q", y="share:Q")
    )
    return (equal + lines).properties(width=330, height=330, title=_title("A few do most", "Dashed: if all were equal"))


def price(lake: duckdb.DuckDBPyConnection) -> alt.TopLevelMixin:
    """Orders by price against the event's usual price: what is seen, and the true elasticity."""
    seen = _rows(
        lake,
        """
        with
            priced as (
                select *, priceperticket / exp(avg(ln(priceperticket)) over (partition by eventid)) as price,
                    count(*) over (partition by eventid) as listings
                from sold
            ),
            binned as (
                select *, ntile(10) over (partition by catid order by price) as bin
                from priced
                where listings >= 15 and numtickets >= 8
            )
        select catname as category, bin, exp(avg(ln(price))) as price, avg(orders) as orders
        from binned
        inner join category using (catid)
        group by all
        order by all
        """,
    )
    panels = []
    for category, colour in zip(truth.CATEGORIES, COLOURS, strict=True):
        points = [row for row in seen if row["category"] == category.name]
        # The truth gives the slope of the line, not its height: drawn through the dear half, where few run out.
        dear = [row for row in points if row["price"] > 1]
        height = geometric_mean(row["orders"] * row["price"] ** category.elasticity for row in dear)
        line = [{"price": at, "orders": height * at**-category.elasticity} for at in (0.5, 1, 2)]
        x = alt.X(
            "price:Q",
            title="price / usual price",
            scale=alt.Scale(type="log", domain=[0.5, 2]),
            axis=alt.Axis(values=[0.5, 1, 2]),
        )
        y = alt.Y(
            "orders:Q",
            title="orders a listing" if category is truth.CATEGORIES[0] else None,
            scale=alt.Scale(type="log", domain=[0.3, 4]),
            axis=alt.Axis(values=[0.5, 1, 2, 4]),
        )
        truth_line = alt.Chart(alt.Data(values=line)).mark_line(color=GREY, clip=True).encode(x=x, y=y)
        dots = alt.Chart(alt.Data(values=points)).mark_circle(color=colour, size=55, opacity=1).encode(x=x, y=y)
        title = alt.TitleParams(f"{category.name}: {category.elasticity}", fontSize=12, anchor="middle")
        panels.append((truth_line + dots).properties(width=150, height=190, title=title))
    return alt.hconcat(*panels).properties(
        title=_title(
            "Dear listings sell less",
            [
                "Points: listings of 8 tickets and more, by tenths of their price. Line: the true elasticity.",
                "Cheap ones fall below it, because they run out.",
            ],
        )
    )


def sell_out(lake: duckdb.DuckDBPyConnection) -> alt.TopLevelMixin:
    """Share of the listings that sell out, by tickets and by how early they were listed."""
    rows = _rows(
        lake,
        """
        select
            case when numtickets >= 10 then '10+' when numtickets >= 5 then '5-9' else numtickets::varchar end
                as tickets,
            min(numtickets) as place,
            least(date_diff('day', listtime, starttime) // 14, 6) as fortnight,
            avg((sold.tickets = numtickets)::int) as sold_out
        from sold
        group by 1, 3
        order by all
        """,
    )
    for row in rows:
        first = 14 * row["fortnight"]
        row["lead"] = f"{first}-{first + 13}" if row["fortnight"] < 6 else f"{first}+"
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "lead:O",
            title="days from listing to event",
            sort=alt.EncodingSortField("fortnight"),
            axis=SQUARES,
        ),
        y=alt.Y("tickets:O", title="tickets in the listing", sort=alt.EncodingSortField("place"), axis=SQUARES),
    )
    squares = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color("sold_out:Q", scale=alt.Scale(scheme="blues", domain=[0, 1]), legend=None)
    )
    numbers = base.mark_text(fontSize=11).encode(
        text=alt.Text("sold_out:Q", format=".0%"),
        color=alt.condition("datum.sold_out > 0.5", alt.value("white"), alt.value("#343a40")),
    )
    return (squares + numbers).properties(
        width=470, height=210, title=_title("What sells out", "Share of the listings that sell every ticket")
    )


def likes(lake: duckdb.DuckDBPyConnection) -> alt.TopLevelMixin:
    """Share of yes among the buyers of each category who answered, by like."""
    selected = " union all ".join(
        f"select catname as category, '{like.removeprefix('like')}' as kind, avg({like}::int) as yes "
        "from bought group by all"
        for like in truth.LIKES
    )
    rows = _rows(
        lake,
        f"""
        with bought as (
            select * from sale
            inner join event using (eventid)
            inner join category using (catid)
            inner join user on userid = buyerid
        )
        {selected} order by all
        """,
    )
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X(
            "kind:N",
            title="likes ...",
            sort=[like.removeprefix("like") for like in truth.LIKES],
            axis=SQUARES,
        ),
        y=alt.Y("category:N", title="bought", sort=NAMES, axis=SQUARES),
    )
    squares = base.mark_rect(stroke="white", strokeWidth=1).encode(
        color=alt.Color("yes:Q", scale=alt.Scale(scheme="purples", domain=[0, 1]), legend=None)
    )
    numbers = base.mark_text(fontSize=11).encode(
        text=alt.Text("yes:Q", format=".0%"),
        color=alt.condition("datum.yes > 0.55", alt.value("white"), alt.value("#343a40")),
    )
    return (squares + numbers).properties(
        width=620,
        height=130,
        title=_title("Likes tell what people buy", "Share of yes among those who answered, sale by sale"),
    )


PLOTS: dict[str, Callable[[duckdb.DuckDBPyConnection], alt.TopLevelMixin]] = {
    "synthetic_sales_by_day": sales_by_day,
    "synthetic_rise_to_event": rise_to_event,
    "synthetic_concentration": concentration,
    "synthetic_price": price,
    "synthetic_sell_out": sell_out,
    "synthetic_likes": likes,
}


def _rows(lake: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Run a query; return its rows as Altair takes them."""
    result = lake.execute(sql)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _only(rows: list[dict[str, Any]], category: str) -> alt.Data:
    """Return the rows of one category."""
    return alt.Data(values=[row for row in rows if row["category"] == category])


def _title(text: str, subtitle: str | list[str]) -> alt.TitleParams:
    """Return a title with smaller lines below."""
    return alt.TitleParams(text, subtitle=subtitle)


def _styled(plot: alt.TopLevelMixin) -> alt.TopLevelMixin:
    """Give every plot the same plain look; white, because the pages that show it may be dark."""
    return (
        plot.configure(background="white", padding=12, font="Helvetica, Arial, sans-serif")
        .configure_view(stroke=None)
        .configure_axis(
            grid=True, gridColor="#f1f3f5", domainColor="#ced4da", tickColor="#ced4da", labelColor="#495057"
        )
        .configure_title(anchor="start", fontSize=15, subtitleColor=GREY, offset=12)
    )
