create external table "weather_external"."reading" (
    "station" integer,
    "value" numeric(5, 1),
    "_surplus" varchar(32)
)
stored as parquet
location 's3://weather/reading/';
