"""Each metric by month in SQL that was written by hand, on the marts of the warehouse: month, value."""

from __future__ import annotations

_SALES = {
    "revenue": "sum(price_paid)",
    "tickets": "sum(quantity_sold)",
    "sales": "count(*)",
    "commission": "sum(commission)",
    "earnings": "sum(earnings)",
    "average_ticket_price": "sum(price_paid) / sum(quantity_sold)",
    "average_order_value": "avg(price_paid)",
    "tickets_per_sale": "avg(quantity_sold)",
    "buyers": "count(distinct buyer_id) filter (buyer_id in (select user_id from dim_users))",
    "sellers": "count(distinct seller_id)",
}
_LISTINGS = {
    "listings": "count(*)",
    "tickets_listed": "sum(ticket_count)",
    "listed_tickets_sold": "sum(quantity_sold)",
    "tickets_unsold": "sum(greatest(ticket_count - quantity_sold, 0))",
    "sell_through": "sum(quantity_sold) / sum(ticket_count)",
    "sold_out_listings": "count(*) filter (quantity_sold >= ticket_count)",
    "sold_out_share": "count(*) filter (quantity_sold >= ticket_count) / count(*)",
    "listings_sold_from_in_30_days": "count(*) filter (first_sold_at::date - listed_date <= 30)",
    "listing_conversion": "count(*) filter (first_sold_at::date - listed_date <= 30) / count(*)",
    "days_to_first_sale": "avg(first_sold_at::date - listed_date)",
    "days_to_sell_out": "avg(last_sold_at::date - listed_date) filter (quantity_sold >= ticket_count)",
}
_REVENUE = "select date_trunc('month', sold_date) as month, sum(price_paid) as revenue from fct_sales group by all"
# A period without a sale has a period before it too; days before the first one and after December are not known.
_BEFORE = """
    with sums as (
        select date_trunc('{period}', sold_date) as period, sum(price_paid) as revenue from fct_sales group by all
    )
    select earlier.period + interval 1 {period} as period, {value}
    from sums as earlier
    left join sums as now on now.period = earlier.period + interval 1 {period}
    where earlier.period + interval 1 {period} <= '2008-12-31'
"""
_COMPARED = {
    "revenue_month_before": "earlier.revenue",
    "revenue_change_on_month": "coalesce(now.revenue, 0) - earlier.revenue",
    "revenue_growth_on_month": "(coalesce(now.revenue, 0) - earlier.revenue) / earlier.revenue",
}

BY_MONTH = {
    **{
        name: f"select date_trunc('month', sold_date), {value} from fct_sales group by all"
        for name, value in _SALES.items()
    },
    **{
        name: f"select date_trunc('month', listed_date), {value} from fct_listings group by all"
        for name, value in _LISTINGS.items()
    },
    "new_buyers": """
        select date_trunc('month', first_day), count(*)
        from (select buyer_id, min(sold_date) as first_day from fct_sales group by buyer_id)
        where buyer_id in (select user_id from dim_users)
        group by all
    """,
    "new_sellers": """
        select date_trunc('month', first_day), count(*)
        from (select seller_id, min(sold_date) as first_day from fct_sales group by seller_id)
        where seller_id in (select user_id from dim_users)
        group by all
    """,
    "returning_buyers": """
        select
            date_trunc('month', sold_date) as month,
            count(distinct buyer_id) filter (buyer_id in (
                select earlier.buyer_id from fct_sales as earlier
                where earlier.sold_date < date_trunc('month', sale.sold_date)
            ))
        from fct_sales as sale
        where buyer_id in (select user_id from dim_users)
        group by all
    """,
    "cumulative_revenue": f"""
        with by_month as ({_REVENUE})
        select month, sum(revenue) over (order by month) from by_month
    """,
    # Until the last day of a month that is all of it.
    "revenue_month_to_date": _REVENUE,
    **{name: _BEFORE.format(period="month", value=value) for name, value in _COMPARED.items()},
}
"""The metrics that mean something by month."""

BY_WEEK = {
    name.replace("month", "week"): _BEFORE.format(period="week", value=value) for name, value in _COMPARED.items()
}
"""Those that mean something by week."""
