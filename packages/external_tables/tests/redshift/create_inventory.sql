create external table "weather_external"."file" (
    "path" varchar(1024),
    "size_bytes" varchar(32),
    "modified_at" varchar(32),
    "version" varchar(32)
)
row format delimited fields terminated by '|'
stored as textfile
location 's3://weather/inventory/'
table properties ('skip.header.line.count'='1', 'data_cleansing_enabled'='true', 'invalid_char_handling'='SET_TO_NULL');
