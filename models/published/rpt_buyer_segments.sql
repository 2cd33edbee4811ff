{{ published('rpt_buyer_segments') }}
