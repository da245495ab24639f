//! Functions and actions: every one is spelt so that the simulator knows it, and what it answers is understood.

use super::demo::{keys, start, target};
use cordboard::api::{Client, Unrecorded};
use cordboard::catalog::{Catalog, Method, Operation, Place, Role, Type};
use cordboard::draft::{Answer, ChangeSet, Draft, Outcome};
use cordboard::odata::FailureKind;
use cordboard::sim::Matcher;
use serde_json::{Value, json};

fn operation(resource: &str, name: &str) -> &'static Operation {
    Catalog::shipped().call(&format!("{resource}/{name}")).unwrap()
}

/// Something of the right type for every parameter that has to be given.
fn given(operation: &'static Operation) -> Vec<(&'static str, Value)> {
    let value = |ty: &Type| match ty {
        Type::Integer { .. } | Type::Decimal => json!(1),
        Type::DateTime => json!("2026-03-01T00:00:00+01:00"),
        Type::Date => json!("2026-03-01"),
        Type::Time => json!("08:00:00"),
        Type::Duration => json!("PT1H"),
        Type::Bool => json!(false),
        Type::Uuid => json!("3f2504e0-4f89-11d3-9a0c-0305e82c3301"),
        Type::Enum(id) => json!(Catalog::shipped().enumeration(*id).members[0]),
        Type::List(element) if matches!(**element, Type::Integer { .. }) => json!([1]),
        Type::List(element) if matches!(**element, Type::Object(_)) => json!([]),
        Type::List(_) => json!(["O'Brien & 1/2"]),
        _ => json!("O'Brien & 1/2"),
    };
    let asked = operation.parameters.iter().filter(|p| matches!(p.place, Place::Argument | Place::Query | Place::Body));
    asked.filter(|p| !matches!(p.ty, Type::Object(_) | Type::Opaque)).map(|p| (p.name, value(&p.ty))).collect()
}

fn call(client: &Client, operation: &'static Operation, key: Option<cordboard::odata::EntityKey>) -> ChangeSet {
    let catalog = client.catalog();
    let about = target(operation.resource(), key);
    let mut draft = Draft::for_call(catalog, operation, about.clone(), "it".into(), Vec::new()).unwrap();
    given(operation).into_iter().for_each(|(name, value)| draft.set(name, value));
    draft.call(catalog, about).unwrap_or_else(|issues| panic!("{}: {issues:?}", operation.path))
}

#[tokio::test]
async fn every_function_and_action_is_spelt_as_the_simulator_reads_it() {
    let (_sim, client) = start(20).await;
    let catalog = client.catalog();
    let all = catalog.resources().iter().flat_map(|r| catalog.operations_of(r).map(move |o| (r, o)));
    let (mut wrong, mut functions, mut actions) = (Vec::new(), 0, 0);
    for (resource, operation) in all.filter(|(_, o)| matches!(o.role, Role::Function | Role::Action)) {
        let key = match (&resource.key, operation.bound) {
            (Some(_), true) if resource.read.is_some() => match keys(&client, resource.name).await.pop() {
                Some(key) => Some(key),
                None => continue,
            },
            (Some(_), true) => continue,
            _ => None,
        };
        let call = call(&client, operation, key);
        // What the PBX does not have is one thing; a path it does not know is another, and so is a body.
        let misread = |failure: &cordboard::odata::Failure| {
            failure.kind == FailureKind::NotOffered
                || failure.status == Some(500)
                || failure.kind == FailureKind::Malformed
                || failure.kind == FailureKind::BadQuery
        };
        if operation.method == Method::Get {
            functions += 1;
            match client.ask_function(&call).await {
                Err(failure) if misread(&failure) => wrong.push(format!("{}: {failure:?}", operation.path)),
                _ => {}
            }
        } else {
            actions += 1;
            match client.save(&call, &Unrecorded, |_| {}).await {
                Outcome::Called(_) => {}
                Outcome::Refused(failure) if !misread(&failure) => {}
                other => wrong.push(format!("{}: {other:?}", operation.path)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(functions > 140 && actions > 100, "{functions} {actions}");
}

#[tokio::test]
async fn an_action_is_sent_once_and_its_answer_is_told() {
    let (sim, client) = start(30).await;
    let person = keys(&client, "Users").await.into_iter().next();
    let mail = call(&client, operation("Users", "SendWelcomeEmail"), person.clone());
    assert_eq!(mail.previewed_body(client.catalog()), None);
    assert_eq!(client.save(&mail, &Unrecorded, |_| {}).await, Outcome::Called(Answer::Done));
    let sent = Matcher::new("POST", "/xapi/v1/Users");
    assert_eq!(sim.faults().count(&sent), 1);

    let principal = keys(&client, "ServicePrincipals").await.into_iter().next_back();
    let renew = call(&client, operation("ServicePrincipals", "GenerateAppToken"), principal);
    let outcome = client.save(&renew, &Unrecorded, |_| {}).await;
    let Outcome::Called(Answer::Value(key)) = &outcome else { panic!("{outcome:?}") };
    let open = key.value().unwrap();
    let open = open.as_str().unwrap();
    assert!(key.is_concealed() && !format!("{outcome:?}").contains(open), "a new key is not printed");
}

#[tokio::test]
async fn a_function_answers_a_value_a_list_or_a_file() {
    let (_sim, client) = start(30).await;
    let ask = async |resource: &str, name: &str| {
        let call = call(&client, operation(resource, name), None);
        client.ask_function(&call).await.unwrap()
    };
    let Answer::Value(next) = ask("Users", "GetFirstAvailableExtensionNumber").await else { panic!() };
    assert!(next.shown().unwrap()["Number"].is_string());
    let Answer::Value(list) = ask("SystemStatus", "SystemExtensions").await else { panic!() };
    assert!(list.shown().unwrap().as_array().is_some_and(|all| !all.is_empty()));
    // A file that holds JSON is shown as that; any other is a file by its name.
    let policy = ask("AmazonIntegrationSettings", "GenerateIamPolicyFile").await;
    assert!(matches!(policy, Answer::Value(_)), "{policy:?}");
    for (resource, name, called) in [
        ("Microsoft365TeamsIntegration", "GetDialPlanScript", "GetDialPlanScript.ps1"),
        ("Users", "ExportExtensions", "Extensions.csv"),
    ] {
        let file = ask(resource, name).await;
        assert!(matches!(&file, Answer::File { name, bytes } if name == called && !bytes.is_empty()), "{file:?}");
    }
}
