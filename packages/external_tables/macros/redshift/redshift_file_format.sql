{% macro redshift_file_format(input_format) %}
    {#- The catalog keeps the name of a Java class; its own words (stored as inputformat ...) stay as they are. -#}
    {%- do return({
        "org.apache.hadoop.mapred.TextInputFormat": "textfile",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat": "parquet",
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat": "orc",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat": "avro",
        "org.apache.hadoop.hive.ql.io.RCFileInputFormat": "rcfile",
        "org.apache.hadoop.mapred.SequenceFileInputFormat": "sequencefile",
    }.get(input_format, input_format)) -%}
{% endmacro %}
