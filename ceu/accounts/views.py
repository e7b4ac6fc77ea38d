"""The doors of accounts: registration, sign-in, the profile, and organizations."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ceu.accounts import organization_services as members, services
from ceu.accounts.browsers import browser_text
from ceu.accounts.forms import (
    AddressForm,
    ChangePasswordForm,
    ConfirmForm,
    InvitationForm,
    NewPasswordForm,
    OrganizationForm,
    ProfileForm,
    RegisterForm,
    RoleForm,
    SignInForm,
)
from ceu.accounts.models import Membership
from ceu.accounts.queries import (
    find_invitation,
    find_link,
    invitation_for,
    list_invitations,
    list_members,
    list_memberships,
    list_open_sessions,
    managed_organization_for,
    membership_for,
    organization_for,
)
from ceu.accounts.tokens import digest
from ceu.db.extension import db
from ceu.domain.errors import DomainError
from ceu.domain.permissions import ROLE_LABELS, Permission, Role
from ceu.web.access import local_path, public, requires
from ceu.web.forms import BaseForm
from ceu.web.mail import send_mail
from ceu.web.outside import now
from ceu.web.principal import (
    begin_session,
    current_principal,
    current_session_key,
    end_session,
    find_principal,
)
from ceu.web.transactions import commits

accounts = Blueprint("accounts", __name__)

Answer = str | Response | tuple[str, int]


@accounts.route("/register", methods=["GET", "POST"])
@public
@commits
def register() -> Answer:
    """Open an account; the answer is the same for an address that has one."""
    form = RegisterForm()
    if form.validate_on_submit():
        try:
            person, token = services.register(
                db.session(),
                now(),
                email=form.email.data,
                name=form.name.data,
                password=form.password.data,
                time_zone=form.time_zone.data,
            )
            send_mail(person.email, "confirm_email", name=person.name, token=token)
        except services.AddressTaken as taken:
            send_mail(taken.email, "already_registered")
        except DomainError as refusal:
            form.absorb(refusal)
        if not form.errors:
            return redirect(url_for("accounts.check_mail"))
    return render_template("accounts/register.html", form=form), form.http_status


@accounts.get("/check-mail")
@public
def check_mail() -> str:
    """What happens next after a link was asked for."""
    return render_template("accounts/check_mail.html")


@accounts.route("/resend-confirmation", methods=["GET", "POST"])
@public
@commits
def resend_confirmation() -> Answer:
    """Mail a new confirmation link; the answer is the same for every address."""
    form = AddressForm()
    if form.validate_on_submit():
        if found := services.request_confirmation(db.session(), now(), form.email.data):
            person, token = found
            send_mail(person.email, "confirm_email", name=person.name, token=token)
        return redirect(url_for("accounts.check_mail"))
    return render_template("accounts/resend_confirmation.html", form=form), form.http_status


@accounts.route("/confirm-email/<token>", methods=["GET", "POST"])
@public
@commits
def confirm_email(token: str) -> Answer:
    """Confirm an address with the password chosen at registration, and sign in.

    Opening the link changes nothing, because mail scanners open links too.
    """
    if find_link(db.session(), "confirm_email", token, now()) is None:
        return render_template("accounts/dead_link.html", purpose="confirm_email"), 410
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            principal, key = services.confirm_and_sign_in(
                db.session(), now(), token, form.password.data, request.user_agent.string
            )
            begin_session(principal, key)
            flash("Your address is confirmed. Welcome to Ceu.", "success")
            return redirect(url_for("dashboard.home"))
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("accounts/confirm_email.html", form=form, token=token), form.http_status


@accounts.route("/sign-in", methods=["GET", "POST"])
@public
@commits(once=False)
def sign_in() -> Answer:
    """Sign in, and go on to where the person wanted to be."""
    target = local_path(request.args.get("next")) or url_for("dashboard.home")
    principal = find_principal()
    if principal is not None and not principal.only_courses:
        return redirect(target)
    form = SignInForm()
    unconfirmed = False
    if form.validate_on_submit():
        try:
            principal, key = services.sign_in(
                db.session(),
                now(),
                email=form.email.data,
                password=form.password.data,
                network_address=request.remote_addr or "",
                user_agent=request.user_agent.string,
            )
            begin_session(principal, key)
            return redirect(target)
        except DomainError as refusal:
            form.absorb(refusal)
            unconfirmed = isinstance(refusal, services.AddressUnconfirmed)
    return render_template("accounts/sign_in.html", form=form, unconfirmed=unconfirmed), form.http_status


@accounts.post("/sign-out")
@public
@commits(once=False)
def sign_out() -> Response:
    """End this browser's session."""
    if find_principal() is not None:
        services.close_session(db.session(), now(), current_session_key())
    end_session()
    flash("You are signed out.", "success")
    return redirect(url_for("accounts.sign_in"))


@accounts.route("/forgot-password", methods=["GET", "POST"])
@public
@commits
def forgot_password() -> Answer:
    """Mail a link to choose a new password; the answer is the same for every address."""
    form = AddressForm()
    if form.validate_on_submit():
        if found := services.request_password_reset(db.session(), now(), form.email.data):
            person, token = found
            send_mail(person.email, "reset_password", name=person.name, token=token)
        return redirect(url_for("accounts.check_mail"))
    return render_template("accounts/forgot_password.html", form=form), form.http_status


@accounts.route("/reset-password/<token>", methods=["GET", "POST"])
@public
@commits
def reset_password(token: str) -> Answer:
    """Choose a new password; all sessions end."""
    if find_link(db.session(), "reset_password", token, now()) is None:
        return render_template("accounts/dead_link.html", purpose="reset_password"), 410
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            person = services.reset_password(db.session(), now(), token, form.new_password.data)
            send_mail(person.email, "password_changed", name=person.name, at=now())
            end_session()
            flash("Your password is changed. Sign in with the new one.", "success")
            return redirect(url_for("accounts.sign_in"))
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("accounts/reset_password.html", form=form, token=token), form.http_status


@accounts.route("/profile", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNT)
@commits
def profile() -> Answer:
    """Name and time zone, the password, and the browsers that are signed in."""
    principal = current_principal()
    form = ProfileForm(name=principal.name, time_zone=principal.time_zone)
    if form.validate_on_submit():
        try:
            services.change_profile(db.session(), principal.person_id, form.name.data, form.time_zone.data)
            flash("Your profile is saved.", "success")
            return redirect(url_for("accounts.profile"))
        except DomainError as refusal:
            form.absorb(refusal)
    browsers = [
        (browser_text(row.user_agent), row.created_at, row.key_hash == digest(current_session_key()))
        for row in list_open_sessions(db.session(), principal.person_id, now())
    ]
    page = render_template("accounts/profile.html", form=form, browsers=browsers, nothing=BaseForm())
    return page, form.http_status


@accounts.route("/profile/password", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNT)
@commits
def change_password() -> Answer:
    """Change the password; the other browsers are signed out."""
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            person = services.change_password(
                db.session(),
                now(),
                person_id=current_principal().person_id,
                password=form.password.data,
                new_password=form.new_password.data,
                key=current_session_key(),
            )
            send_mail(person.email, "password_changed", name=person.name, at=now())
            flash("Your password is changed, and every other browser is signed out.", "success")
            return redirect(url_for("accounts.profile"))
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("accounts/change_password.html", form=form), form.http_status


@accounts.post("/profile/sign-out-elsewhere")
@requires(Permission.MANAGE_ACCOUNT)
@commits
def sign_out_elsewhere() -> Response:
    """End every session but this one."""
    principal = current_principal()
    ended = services.close_other_sessions(db.session(), now(), principal.person_id, current_session_key())
    flash(f"Signed out elsewhere: {ended}." if ended else "You were signed in nowhere else.", "success")
    return redirect(url_for("accounts.profile"))


@accounts.get("/organizations")
@requires(Permission.MANAGE_ACCOUNT)
def organization_list() -> str:
    """The organizations a person belongs to."""
    memberships = list_memberships(db.session(), current_principal().person_id)
    return render_template(
        "accounts/organization_list.html", memberships=memberships, role_labels=ROLE_LABELS
    )


@accounts.route("/organizations/add", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNT)
@commits
def add_organization() -> Answer:
    """Found an organization and become its administrator."""
    form = OrganizationForm()
    if form.validate_on_submit():
        person_id = current_principal().person_id
        organization = members.create_organization(db.session(), now(), person_id, form.name.data)
        flash(f"{organization.name} is set up. You are its administrator.", "success")
        return redirect(url_for("accounts.organization", organization_id=organization.id))
    return render_template("accounts/add_organization.html", form=form), form.http_status


@accounts.get("/organizations/<int:organization_id>")
@requires(Permission.MANAGE_ACCOUNT)
def organization(organization_id: int) -> str:
    """Who belongs to an organization."""
    principal = current_principal()
    found = organization_for(db.session(), principal, organization_id)
    manages = principal.may(Permission.MANAGE_MEMBERS, found.id)
    return render_template(
        "accounts/organization.html",
        organization=found,
        memberships=list_members(db.session(), found.id),
        invitations=list_invitations(db.session(), found.id) if manages else [],
        manages=manages,
        publishes=principal.may(Permission.MANAGE_PROVIDER, found.id),
        connects=principal.may(Permission.MANAGE_PLATFORMS, found.id),
        role_labels=ROLE_LABELS,
        now=now(),
        nothing=BaseForm(),
    )


@accounts.route("/organizations/<int:organization_id>/invite", methods=["GET", "POST"])
@requires(Permission.MANAGE_MEMBERS)
@commits
def invite_member(organization_id: int) -> Answer:
    """Invite an address to the organization."""
    principal = current_principal()
    found = managed_organization_for(db.session(), principal, organization_id)
    form = InvitationForm()
    if form.validate_on_submit():
        try:
            role = Role(form.role.data)
            invitation, token = members.invite_member(db.session(), now(), found, form.email.data, role)
            send_mail(
                invitation.email,
                "organization_invitation",
                organization=found.name,
                inviter=principal.name,
                role=ROLE_LABELS[role],
                token=token,
            )
            flash(f"{invitation.email} is invited.", "success")
            return redirect(url_for("accounts.organization", organization_id=found.id))
        except DomainError as refusal:
            form.absorb(refusal)
    return render_template("accounts/invite_member.html", form=form, organization=found), form.http_status


@accounts.post("/organizations/invitations/<int:invitation_id>/withdraw")
@requires(Permission.MANAGE_MEMBERS)
@commits
def withdraw_invitation(invitation_id: int) -> Response:
    """Take an invitation back."""
    invitation = invitation_for(db.session(), current_principal(), invitation_id)
    members.withdraw_invitation(db.session(), invitation)
    flash(f"The invitation of {invitation.email} is withdrawn.", "success")
    return redirect(url_for("accounts.organization", organization_id=invitation.organization_id))


@accounts.route("/invitations/<token>", methods=["GET", "POST"])
@requires(Permission.MANAGE_ACCOUNT)
@commits
def accept_invitation(token: str) -> Answer:
    """Join an organization that has sent an invitation."""
    invitation = find_invitation(db.session(), token, now())
    if invitation is None:
        return render_template("accounts/dead_link.html", purpose="invitation"), 410
    form = BaseForm()
    if form.validate_on_submit():
        try:
            joined = members.accept_invitation(db.session(), now(), current_principal(), token)
            flash(f"You belong to {joined.name} now.", "success")
            return redirect(url_for("accounts.organization", organization_id=joined.id))
        except DomainError as refusal:
            form.absorb(refusal)
    page = render_template(
        "accounts/accept_invitation.html",
        form=form,
        invitation=invitation,
        token=token,
        role_labels=ROLE_LABELS,
    )
    return page, form.http_status


@accounts.route("/organizations/members/<int:membership_id>", methods=["GET", "POST"])
@requires(Permission.MANAGE_MEMBERS)
@commits
def member(membership_id: int) -> Answer:
    """A member's role."""
    membership = membership_for(db.session(), current_principal(), membership_id)
    form = RoleForm(role=membership.role)
    if form.validate_on_submit():
        try:
            members.change_role(db.session(), membership, Role(form.role.data))
            flash(
                f"{membership.person.name} has the role {ROLE_LABELS[Role(membership.role)]} now.", "success"
            )
            return redirect(url_for("accounts.organization", organization_id=membership.organization_id))
        except DomainError as refusal:
            form.absorb(refusal)
    return _member_page(membership, form), form.http_status


@accounts.post("/organizations/members/<int:membership_id>/remove")
@requires(Permission.MANAGE_MEMBERS)
@commits
def remove_member(membership_id: int) -> Answer:
    """End a member's membership."""
    membership = membership_for(db.session(), current_principal(), membership_id)
    try:
        members.remove_member(db.session(), membership)
    except DomainError as refusal:
        form = RoleForm(role=membership.role)
        form.absorb(refusal)
        return _member_page(membership, form), form.http_status
    flash(f"{membership.person.name} is no longer a member.", "success")
    return redirect(url_for("accounts.organization", organization_id=membership.organization_id))


@accounts.post("/organizations/<int:organization_id>/leave")
@requires(Permission.MANAGE_ACCOUNT)
@commits
def leave_organization(organization_id: int) -> Response:
    """End one's own membership."""
    found = organization_for(db.session(), current_principal(), organization_id)
    try:
        members.leave_organization(db.session(), current_principal(), found.id)
    except DomainError as refusal:
        flash(refusal.message, "error")
        return redirect(url_for("accounts.organization", organization_id=found.id))
    flash(f"You have left {found.name}.", "success")
    return redirect(url_for("accounts.organization_list"))


def _member_page(membership: Membership, form: RoleForm) -> str:
    return render_template(
        "accounts/member.html",
        membership=membership,
        organization=membership.organization,
        form=form,
        nothing=BaseForm(),
    )
