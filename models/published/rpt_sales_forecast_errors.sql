{{ published('rpt_sales_forecast_errors') }}
