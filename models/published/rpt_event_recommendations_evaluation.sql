{{ published('rpt_event_recommendations_evaluation') }}
