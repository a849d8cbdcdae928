//! Rights that are had only when they are asked for: eligible assignments of Privileged Identity
//! Management.

use terrace_azurerm::pim_eligible_role_assignment::{Schedule, ScheduleExpiration};
use terrace_azurerm::{PimEligibleRoleAssignment, PimEligibleRoleAssignmentArgs};
use terrace_core::InScope;
use terrace_ir::{AnyId, Sourced};

use super::{AnyRole, Principal, name_of, report_person};

/// A right whose holder activates it when it is needed, for some hours, with a reason.
///
/// It needs Entra ID P2 or Governance. Each role on each thing is activated by itself: for rights
/// that come as many roles, let the membership in the group be eligible instead, in Entra.
#[derive(Clone)]
pub struct EligibleGrant(PimEligibleRoleAssignment);

impl EligibleGrant {
    /// Makes a principal eligible for a role on something that has an id, for so many days.
    ///
    /// What is past its days is gone in Azure, and made again by the next apply. Azure's own policy
    /// allows a year unless it is changed.
    /// Source: "Configure Azure resource role settings in Privileged Identity Management".
    #[track_caller]
    pub fn new(
        scope: &impl InScope,
        on: impl Into<AnyId>,
        role: impl Into<AnyRole>,
        to: &Principal,
        days: &Sourced<u32>,
    ) -> Self {
        let (scope, role) = (scope.scope(), role.into());
        report_person(scope, to);
        let assignment = PimEligibleRoleAssignment::new(
            scope,
            &name_of(scope, to, &role),
            PimEligibleRoleAssignmentArgs {
                scope: on.into(),
                role_definition_id: role.definition_id(scope),
                principal_id: to.object_id.clone(),
            },
        );
        assignment
            .set_justification(format!("{} for {}", role.name, to.name))
            .set_schedule(
                Schedule::new().expiration(ScheduleExpiration::new().duration_days(days)),
            );
        Self(assignment)
    }

    /// The resource itself.
    #[must_use]
    pub fn assignment(&self) -> &PimEligibleRoleAssignment {
        &self.0
    }
}
