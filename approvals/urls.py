"""Addresses of the programme."""

from django.urls import path

from approvals.views import applicants, board, catalogue, desks, drafts, errata, opinions, together, window

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
    path("desk/<int:pk>/propose/", desks.task_propose, name="task_propose"),
    path("desk/<int:pk>/sign/", desks.task_sign, name="task_sign"),
    path("desk/<int:pk>/send-back/", desks.task_send_back, name="task_send_back"),
    path("desk/<int:pk>/hand-over/", desks.task_hand_over, name="task_hand_over"),
    path("desk/<int:pk>/opinions/", opinions.opinion_ask, name="opinion_ask"),
    path("desk/opinions/<int:pk>/", opinions.opinion_answer, name="opinion_answer"),
    path("desk/opinions/<int:pk>/revoke/", opinions.opinion_revoke, name="opinion_revoke"),
    path("desk/decisions/<int:pk>/correct/", errata.decision_correct, name="decision_correct"),
    path("desk/together/", together.tasks_grant_together, name="tasks_grant_together"),
    path("desk/<int:pk>/papers/<int:material>/", desks.desk_material, name="desk_material"),
    # the manager's board
    path("board/", board.board_show, name="board_show"),
    path("board/tasks/", board.board_tasks, name="board_tasks"),
    path("board/cases/", board.board_cases, name="board_cases"),
    path("board/tasks/<int:pk>/", board.task_reassign, name="task_reassign"),
    path("board/tasks/<int:pk>/release/", board.task_lease_break, name="task_lease_break"),
    path("board/cases/<str:reference>/", board.case_reassign, name="case_reassign"),
    path("board/cases/<str:reference>/release/", board.case_lease_break, name="case_lease_break"),
]
