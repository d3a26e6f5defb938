"""Addresses of runs: sagas and jobs."""

from django.urls import path

from apps.console.runs import jobs, listing, news, page, sent

urlpatterns = [
    path("runs/", listing.runs, name="runs"),
    path("runs/news/", news.news, name="runs-news"),
    path("runs/<int:run_id>/", page.run, name="run"),
    path("runs/<int:run_id>/now/", page.now, name="run-now"),
    path("runs/<int:run_id>/messages/", page.told, name="run-messages"),
    path("runs/<int:run_id>/messages/<int:seq>/", page.message, name="run-message"),
    path("runs/<int:run_id>/<slug:action>/", page.act, name="run-action"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:run_id>/", jobs.job, name="job"),
    path("jobs/<int:run_id>/now/", jobs.now, name="job-now"),
    path("jobs/<int:run_id>/messages/", sent.told, name="job-messages"),
    path("jobs/<int:run_id>/messages/<int:seq>/", sent.message, name="job-message"),
    path("jobs/<int:run_id>/report.csv", jobs.report_file, name="job-report"),
    path("jobs/<int:run_id>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<int:run_id>/again/", jobs.run_again, name="job-again"),
    path("jobs/start/<str:name>/", jobs.start, name="job-start"),
]
