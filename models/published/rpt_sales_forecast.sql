{{ published('rpt_sales_forecast') }}
