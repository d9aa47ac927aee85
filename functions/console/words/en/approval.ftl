# Who must decide and who has.
approval-title = Approvals
approval-all = All of these, in any order:
approval-any = { $count ->
    [one] One of these:
   *[other] Any { $count } of these, in any order:
}
approval-by = approved by { $name }
approval-for-whom = approved by { $name } for { $lender }
approval-waits = waits
approval-undecided = not decided
approval-rule = Rule: { $rule }
approval-policy = policy { $name }
approval-as = as { $level }
approval-lent = for { $lender }, who lent the authority
approval-void = Void: the request has changed since.
approval-unknown = Who must decide is not known yet: the checks come first.
approval-nobody-had = Nobody had to decide: { $status }.
approval-nobody = Nobody has to decide: the policy lets it pass.
