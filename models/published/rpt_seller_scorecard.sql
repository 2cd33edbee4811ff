{{ published('rpt_seller_scorecard') }}
