{{ published('rpt_sales_anomalies') }}
