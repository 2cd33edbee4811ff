-- Guards: buyers whose segment has the same rank are in the same segment. Fails for a rank with
-- more than one name.
select segment_rank
from {{ ref('rpt_buyer_segments') }}
group by segment_rank
having min(segment_name) <> max(segment_name)
