"""What people touch: dashboard, live feed, forms, dead letters, schedules, jobs and the HTTP API."""
