//! Tokens of others that Entra exchanges for its own, so that a pipeline needs no secret: who issues them, and what they
//! call their bearer. Entra compares all of it letter by letter; no part may be a pattern.
//!
//! Sources: "OpenID Connect reference" of GitHub Actions (the subject claim), "Set an Azure Resource Manager workload identity
//! service connection" of Azure Pipelines, "Workload identity federation" of Entra; August 2026.

/// Who issues the tokens of GitHub Actions.
pub const GITHUB_ISSUER: &str = "https://token.actions.githubusercontent.com";

/// Who issues the tokens of Azure Pipelines, for an organization of that id (not its name).
pub fn azure_devops_issuer(organization_id: &str) -> String {
    format!("https://vstoken.dev.azure.com/{organization_id}")
}

/// A pipeline that uses a service connection.
pub fn azure_devops_subject(organization: &str, project: &str, service_connection: &str) -> String {
    format!("sc://{organization}/{project}/{service_connection}")
}

/// What a workflow of GitHub Actions runs for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GitHubTrigger<'a> {
    /// A job in a deployment environment, which may ask for approval first.
    Environment(&'a str),
    /// A push to a branch.
    Branch(&'a str),
    /// A tag.
    Tag(&'a str),
    /// Any pull request from within the repository.
    PullRequest,
}

/// A workflow of a repository (`owner/name`).
pub fn github_subject(repository: &str, trigger: GitHubTrigger<'_>) -> String {
    match trigger {
        GitHubTrigger::Environment(name) => format!("repo:{repository}:environment:{name}"),
        GitHubTrigger::Branch(name) => format!("repo:{repository}:ref:refs/heads/{name}"),
        GitHubTrigger::Tag(name) => format!("repo:{repository}:ref:refs/tags/{name}"),
        GitHubTrigger::PullRequest => format!("repo:{repository}:pull_request"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn subjects_are_spelt_as_the_issuers_spell_them() {
        let subject = |trigger| github_subject("example/models", trigger);
        assert_eq!(
            subject(GitHubTrigger::Environment("prod")),
            "repo:example/models:environment:prod"
        );
        assert_eq!(
            subject(GitHubTrigger::Branch("main")),
            "repo:example/models:ref:refs/heads/main"
        );
        assert_eq!(
            subject(GitHubTrigger::Tag("v1")),
            "repo:example/models:ref:refs/tags/v1"
        );
        assert_eq!(
            subject(GitHubTrigger::PullRequest),
            "repo:example/models:pull_request"
        );
        assert_eq!(
            azure_devops_subject("example", "ml", "deploy"),
            "sc://example/ml/deploy"
        );
    }
}
