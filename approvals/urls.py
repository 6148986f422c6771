"""Addresses of the programme."""

from django.urls import path

from approvals.views import applicants, cards, catalogue, clocks, desks, drafts, gaps, window

urlpatterns = [
    # the public catalogue
    path("services/", catalogue.service_list, name="service_list"),
    path("services/<slug:code>/", catalogue.service_show, name="service_show"),
    path("services/<slug:code>/editions/<int:number>/", catalogue.service_edition, name="service_edition"),
    # applying, the window and the desks
    path("services/<slug:code>/start/", drafts.case_start, name="case_start"),
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
    path("applications/<str:reference>/follow/<int:pk>/", gaps.gap_fill, name="gap_fill"),
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
    path("window/<str:reference>/accept/", gaps.case_accept, name="case_accept"),
    path("window/<str:reference>/correction/", window.case_request_correction, name="case_request_correction"),
    path("window/<str:reference>/refuse/", window.case_refuse_acceptance, name="case_refuse_acceptance"),
    path("window/<str:reference>/papers/<int:pk>/", window.window_material, name="window_material"),
    path("window/<str:reference>/letters/<str:number>/", window.window_letter, name="window_letter"),
    path("window/<str:reference>/follow/<int:pk>/", gaps.gap_check, name="gap_check"),
    path("desk/", desks.desk_list, name="desk_list"),
    path("desk/<int:pk>/", desks.task_show, name="task_show"),
    path("desk/<int:pk>/claim/", desks.task_claim, name="task_claim"),
    path("desk/<int:pk>/release/", desks.task_release, name="task_release"),
    path("desk/<int:pk>/grant/", desks.task_grant, name="task_grant"),
    path("desk/<int:pk>/refuse/", desks.task_refuse, name="task_refuse"),
    path("desk/<int:pk>/suspend/", clocks.task_suspend, name="task_suspend"),
    path("desk/<int:pk>/resume/", clocks.task_resume, name="task_resume"),
    path("desk/<int:pk>/extension/", clocks.extension_ask, name="extension_ask"),
    path("desk/<int:pk>/extension/approve/", clocks.extension_approve, name="extension_approve"),
    path("desk/<int:pk>/extension/refuse/", clocks.extension_refuse, name="extension_refuse"),
    path("cards/", cards.card_list, name="card_list"),
    path("cards/<int:pk>/explain/", cards.card_explain, name="card_explain"),
    path("cards/<int:pk>/appeal/", cards.card_appeal, name="card_appeal"),
    path("cards/<int:pk>/answer/", cards.card_answer, name="card_answer"),
    path("desk/<int:pk>/papers/<int:material>/", desks.desk_material, name="desk_material"),
]
