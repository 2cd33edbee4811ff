alter table "weather_external"."reading" add if not exists
partition ("month"='2024-03') location 's3://weather/reading/month=2024-03/'
partition ("month"='2024-04') location 's3://weather/reading/month=2024-04/';

alter table "weather_external"."reading" partition ("month"='2024-02') set location 's3://weather/reading/month=2024-02/';

alter table "weather_external"."reading" drop partition ("month"='2024-01');
