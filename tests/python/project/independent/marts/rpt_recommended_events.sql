-- What the Python models have published is given; all else is counted over the raw files.
select
    r.event_id,
    ifnull(any_value(s.segment_name), 'no purchases yet') as segment_name,
    any_value(e.eventname) as event_name,
    any_value(c.catname) as category_name,
    any_value(e.starttime::timestamp::date) as event_date,
    any_value(v.venuecity) as venue_city,
    count(distinct r.user_id)::integer as user_count,
    count(distinct r.user_id) filter (r.recommendation_rank = 1)::integer as first_choice_user_count,
    ifnull(sum(spent.usd), 0)::decimal(18, 2) as amount_spent,
    any_value(r.as_of_date) as as_of_date
from tickit_predictions.rpt_event_recommendations as r
left join tickit_predictions.rpt_buyer_segments as s using (user_id)
left join (select buyerid, sum(pricepaid::decimal(8, 2)) as usd from sale group by all) as spent
    on r.user_id = spent.buyerid
inner join event as e on r.event_id = e.eventid
left join category as c on e.catid = c.catid
left join venue as v on e.venueid = v.venueid
group by r.event_id, s.segment_name
