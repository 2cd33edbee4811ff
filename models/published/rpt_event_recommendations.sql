{{ published('rpt_event_recommendations') }}
