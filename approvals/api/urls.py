"""Addresses of the programme for programs, below /api/v1/."""

from django.urls import path

from approvals.api import cases, catalogue, drafts, tasks

urlpatterns = [
    # the public catalogue
    path("services/", catalogue.ServiceList.as_view(), name="api_service_list"),
    path("services/<slug:code>/", catalogue.ServiceShow.as_view(), name="api_service_show"),
    path("services/<slug:code>/editions/", catalogue.ServiceEditions.as_view(), name="api_service_editions"),
    path("services/<slug:code>/editions/<int:number>/", catalogue.ServiceEdition.as_view(), name="api_service_edition"),
    path("departments/", catalogue.DepartmentList.as_view(), name="api_department_list"),
    path("bundles/", catalogue.BundleList.as_view(), name="api_bundle_list"),
    path("bundles/<slug:bundle>/", catalogue.BundleShow.as_view(), name="api_bundle_show"),
    path("status/<str:reference>/", catalogue.CaseStatus.as_view(), name="api_case_status_show"),
    # applying
    path("drafts/", drafts.DraftList.as_view(), name="api_draft_list"),
    path("drafts/start/", drafts.DraftStart.as_view(), name="api_draft_start"),
    path("drafts/<str:key>/", drafts.DraftShow.as_view(), name="api_draft_show"),
    path("drafts/<str:key>/answer/", drafts.CaseAnswer.as_view(), name="api_case_answer"),
    path("drafts/<str:key>/materials/", drafts.MaterialAttach.as_view(), name="api_material_attach"),
    path("drafts/<str:key>/submit/", drafts.CaseSubmit.as_view(), name="api_case_submit"),
    path("drafts/<str:key>/discard/", drafts.CaseDiscard.as_view(), name="api_case_discard"),
    path("cases/", cases.CaseList.as_view(), name="api_case_list"),
    path("cases/<str:reference>/", cases.CaseShow.as_view(), name="api_case_show"),
    path("cases/<str:reference>/materials/", cases.MaterialReplace.as_view(), name="api_material_replace"),
    path("cases/<str:reference>/materials/<int:material>/", cases.CaseMaterial.as_view(), name="api_case_material"),
    path("cases/<str:reference>/correct/", cases.CaseCorrect.as_view(), name="api_case_correct"),
    path("cases/<str:reference>/withdraw/", cases.CaseWithdraw.as_view(), name="api_case_withdraw"),
    # departments' systems
    path("tasks/", tasks.TaskList.as_view(), name="api_task_list"),
    path("tasks/<int:task_id>/", tasks.TaskShow.as_view(), name="api_task_show"),
    path("tasks/<int:task_id>/materials/<int:material>/", tasks.TaskMaterial.as_view(), name="api_task_material"),
    path("tasks/<int:task_id>/claim/", tasks.TaskClaim.as_view(), name="api_task_claim"),
    path("tasks/<int:task_id>/release/", tasks.TaskRelease.as_view(), name="api_task_release"),
    path("tasks/<int:task_id>/grant/", tasks.TaskGrant.as_view(), name="api_task_grant"),
    path("tasks/<int:task_id>/refuse/", tasks.TaskRefuse.as_view(), name="api_task_refuse"),
    path("tasks/<int:task_id>/propose/", tasks.TaskPropose.as_view(), name="api_task_propose"),
]
