drop table if exists "weather_external"."reading";

create external table "weather_external"."reading" (
    "station" integer,
    "value" numeric(5, 1),
    "_surplus" varchar(32)
)
partitioned by (
    "month" varchar(7)
)
row format delimited fields terminated by '|'
stored as textfile
location 's3://weather/reading/'
table properties ('skip.header.line.count'='1', 'data_cleansing_enabled'='true', 'invalid_char_handling'='SET_TO_NULL');

alter table "weather_external"."reading" add if not exists
partition ("month"='2024-01') location 's3://weather/reading/month=2024-01/'
partition ("month"='2024-02') location 's3://weather/reading/month=2024-02/';
