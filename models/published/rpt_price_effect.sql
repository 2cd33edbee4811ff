{{ published('rpt_price_effect') }}
