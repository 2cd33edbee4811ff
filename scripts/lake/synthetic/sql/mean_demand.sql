-- What the demand of a listing is relative to. A sum of whole numbers, whatever the order of its terms.
set variable mean_demand = (
    select sum(round(1000 * demand)::bigint) / 1000 / count(*) from listing
);
