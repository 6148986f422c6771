"""Addresses of the programme."""

from django.urls import path

from approvals.views import applicants, catalogue, desks, drafts, links, window

urlpatterns = [
    # the public catalogue
    path("services/", catalogue.service_list, name="service_list"),
    path("services/<slug:code>/", catalogue.service_show, name="service_show"),
    path("services/<slug:code>/editions/<int:number>/", catalogue.service_edition, name="service_edition"),
    path("bundles/<slug:code>/", catalogue.bundle_show, name="bundle_show"),
    # applying, the window and the desks
    path("bundles/<slug:code>/start/", drafts.bundle_start, name="bundle_start"),
    path("services/<slug:code>/start/", drafts.case_start, name="case_start"),
    path("drafts/resume/<str:token>/", links.draft_resume, name="draft_resume"),
    path("drafts/<str:key>/link/", links.draft_send_link, name="draft_send_link"),
    path("drafts/<str:key>/", drafts.draft_show, name="draft_show"),
    path("drafts/<str:key>/questions/<slug:step>/", drafts.case_answer, name="case_answer"),
    path("drafts/<str:key>/you/", drafts.case_identify, name="case_identify"),
    path("drafts/<str:key>/papers/<int:requirement>/", drafts.material_attach, name="material_attach"),
    path("drafts/<str:key>/check/", drafts.case_submit, name="case_submit"),
    path("drafts/<str:key>/discard/", drafts.case_discard, name="case_discard"),
    path("applications/", applicants.case_list, name="case_list"),
    path("applications/<str:reference>/", applicants.case_show, name="case_show"),
    path("applications/<str:reference>/receipt/", applicants.case_receipt, name="case_receipt"),
    path("applications/<str:reference>/correct/", applicants.case_correct, name="case_correct"),
    path(
        "applications/<str:reference>/correct/<int:requirement>/", applicants.material_replace, name="material_replace"
    ),
    path("applications/<str:reference>/withdraw/", applicants.case_withdraw, name="case_withdraw"),
    path("applications/<str:reference>/letters/<str:number>/", applicants.case_letter, name="case_letter"),
    path("applications/<str:reference>/papers/<int:pk>/", applicants.material_show, name="material_show"),
    path("status/", applicants.case_status, name="case_status"),
    path("status/<str:reference>/", applicants.case_status_show, name="case_status_show"),
    path("window/", window.window_list, name="window_list"),
    path("window/next/", window.window_take_next, name="window_take_next"),
    path("window/results/", window.result_list, name="result_list"),
    path("window/results/<int:pk>/", window.result_hand_over, name="result_hand_over"),
    path("window/<str:reference>/", window.window_case, name="window_case"),
    path("window/<str:reference>/claim/", window.case_claim, name="case_claim"),
    path("window/<str:reference>/release/", window.case_release, name="case_release"),
    path("window/<str:reference>/check/", window.material_check, name="material_check"),
    path("window/<str:reference>/accept/", window.case_accept, name="case_accept"),
    path("window/<str:reference>/correction/", window.case_request_correction, name="case_request_correction"),
    path("window/<str:reference>/refuse/", window.case_refuse_acceptance, name="case_refuse_acceptance"),
    path("window/<str:reference>/papers/<int:pk>/", window.window_material, name="window_material"),
    path("window/<str:reference>/letters/<str:number>/", window.window_letter, name="window_letter"),
    path("desk/", desks.desk_list, name="desk_list"),
    path("desk/<int:pk>/", desks.task_show, name="task_show"),
    path("desk/<int:pk>/claim/", desks.task_claim, name="task_claim"),
    path("desk/<int:pk>/release/", desks.task_release, name="task_release"),
    path("desk/<int:pk>/grant/", desks.task_grant, name="task_grant"),
    path("desk/<int:pk>/refuse/", desks.task_refuse, name="task_refuse"),
    path("desk/<int:pk>/papers/<int:material>/", desks.desk_material, name="desk_material"),
]
